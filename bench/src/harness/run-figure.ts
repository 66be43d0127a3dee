/** Measures the contenders of a figure in turn, round by round, so that a busy moment of the machine hits all alike. */
import { join } from "node:path";
import type { Bound, Comparison, Contender, Figure, Measurement, Setup, StoreName } from "./figure.ts";
import { makeFigureFolder, type Place } from "./figure-folder.ts";
import type { RedisBenchmark } from "./redis-benchmark.ts";
import { Remote } from "./remote.ts";
import { median } from "./statistics.ts";

export interface ContenderResult {
  readonly name: string;
  readonly label: string;
  /** One per round, in order; empty: not measured. */
  readonly rounds: readonly Measurement[];
  readonly medians: Measurement;
}

export interface ComparisonResult extends Comparison {
  /** Of the medians; `null`: not measured. */
  readonly ratio: number | null;
  /** The ratio within each round. */
  readonly perRound: readonly number[];
  /** `null`: not measured, or no bound. */
  readonly met: boolean | null;
}

export interface BoundResult extends Bound {
  /** Of the worst round; `null`: not measured. */
  readonly worst: number | null;
  readonly median: number | null;
  readonly met: boolean | null;
}

export interface FigureResult {
  readonly name: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly contenders: readonly ContenderResult[];
  readonly comparisons: readonly ComparisonResult[];
  readonly bounds: readonly BoundResult[];
}

/** What a run of the bench works with. */
export interface Workplace {
  /** `null`: there is none. */
  readonly redisUrl: string | null;
  readonly prefix: string;
  readonly redisBenchmark: RedisBenchmark | null;
  readonly place: Place;
}

/** A contender is measured for at least so long before its first round. */
const warmUpMs = 1500;

interface Running {
  readonly contender: Contender;
  readonly remote: Remote;
  readonly rounds: Measurement[];
}

export async function runFigure(figure: Figure, workplace: Workplace, rounds: number): Promise<FigureResult> {
  const startedAt = performance.now();
  await using folder = await makeFigureFolder(workplace.place);
  const own = figure.store ?? "redis";
  const ownSetup = setupOn(own, workplace, folder.path);
  if (ownSetup) await figure.prepare?.(ownSetup);
  await using children = new AsyncDisposableStack();
  const running: Running[] = [];
  for (const contender of figure.contenders) {
    const setup = setupOn(contender.store ?? own, workplace, folder.path);
    if (!setup) continue;
    const path = join(import.meta.dirname, "contender-process.ts");
    const remote = children.use(new Remote(path, [figure.name, contender.name], figure.roundMs));
    if (await remote.call<boolean>("open", setup)) running.push({ contender, remote, rounds: [] });
  }
  if (figure.warmUp !== false) for (const { remote } of running) await warmUp(remote);
  for (let round = 0; round < Math.min(rounds, figure.maxRounds ?? rounds); round++) {
    for (const { remote, rounds: measured } of rotated(running, round)) {
      measured.push(await remote.call<Measurement>("measure"));
    }
  }
  for (const { remote } of running) await remote.call("close");

  const contenders = figure.contenders.map((contender) => {
    const measured = running.find((candidate) => candidate.contender === contender)?.rounds ?? [];
    return toResult(contender, figure, measured);
  });
  return {
    name: figure.name,
    title: figure.title,
    metrics: figure.metrics,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    contenders,
    comparisons: figure.comparisons.map((comparison) => compare(comparison, contenders)),
    bounds: (figure.bounds ?? []).map((bound) => judge(bound, contenders)),
  };
}

/** `undefined`: there is no such store here. */
function setupOn(
  store: StoreName,
  { redisUrl, prefix, redisBenchmark }: Workplace,
  folder: string,
): Setup | undefined {
  const url = store === "sqlite" ? `sqlite:${join(folder, "attune.db")}` : redisUrl;
  return url === null ? undefined : { url, prefix, folder, redisBenchmark };
}

/** Until its code is compiled and its streams are filled to their maximum length. */
async function warmUp(remote: Remote): Promise<void> {
  const startedAt = performance.now();
  do {
    await remote.call("measure");
  } while (performance.now() - startedAt < warmUpMs);
}

/** Another one begins in each round, so that none always follows the same one. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function toResult({ name, label }: Contender, { metrics }: Figure, rounds: Measurement[]): ContenderResult {
  const medians: Measurement = {};
  for (const metric of Object.keys(metrics)) {
    if (rounds[0]?.[metric] !== undefined) medians[metric] = median(rounds.map((round) => round[metric]!));
  }
  return { name, label, rounds, medians };
}

function compare(comparison: Comparison, contenders: readonly ContenderResult[]): ComparisonResult {
  const { metric, atLeast, below } = comparison;
  const find = (name: string) => contenders.find((contender) => contender.name === name)!;
  const [of, over] = [find(comparison.of), find(comparison.over)];
  if (of.rounds.length === 0 || over.rounds.length === 0) {
    return { ...comparison, ratio: null, perRound: [], met: null };
  }
  const ratio = of.medians[metric]! / over.medians[metric]!;
  const perRound = of.rounds.map((round, index) => round[metric]! / over.rounds[index]![metric]!);
  let met: boolean | null = null;
  if (atLeast !== undefined) met = ratio >= atLeast;
  if (below !== undefined) met = ratio < below;
  return { ...comparison, ratio, perRound, met };
}

function judge(bound: Bound, contenders: readonly ContenderResult[]): BoundResult {
  const { of, metric, atLeast, atMost, below, judged } = bound;
  const { rounds, medians } = contenders.find(({ name }) => name === of)!;
  if (rounds.length === 0) return { ...bound, worst: null, median: null, met: null };
  const values = rounds.map((round) => round[metric]!);
  const worst = atLeast === undefined ? Math.max(...values) : Math.min(...values);
  const value = judged === "median" ? medians[metric]! : worst;
  let met: boolean;
  if (atLeast !== undefined) met = value >= atLeast;
  else if (atMost !== undefined) met = value <= atMost;
  else met = value < below!;
  return { ...bound, worst, median: medians[metric]!, met };
}
