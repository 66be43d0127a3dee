/** Prints what was measured, for people. */
import type { Machine } from "./machine.ts";
import type { BoundResult, ComparisonResult, ContenderResult, FigureResult } from "./run-figure.ts";

export function printMachine(machine: Machine, rounds: number): void {
  const { node, ioredis, redis, redisBenchmark, sqlite, files, os, cpu, cores, loadAverage } = machine;
  console.log(
    `node ${node}, SQLite ${sqlite ?? "not there"}, files in ${files.folder} (${files.fileSystem})`,
  );
  console.log(
    redis === null
      ? "no Redis"
      : `ioredis ${ioredis}, redis ${redis}, redis-benchmark ${redisBenchmark ?? "not found"}`,
  );
  console.log(
    `${os}; ${cpu}, ${cores} cores; load average ${loadAverage.map((load) => load.toFixed(2)).join(" ")}`,
  );
  console.log(`median of the rounds (${rounds}), in brackets the lowest and the highest`);
  if (rounds < 5) console.log("Fewer than 5 rounds: the figures below are provisional.");
  if (files.inMemory) console.log("Files are in memory: nobody waits for a disk.");
  if (loadAverage[0]! > cores / 4) console.log("The machine is busy: the figures below are provisional.");
}

export function printFigure(figure: FigureResult): void {
  console.log(`\n${figure.name}: ${figure.title} (${figure.seconds} s)`);
  for (const contender of figure.contenders) {
    const metrics = Object.entries(figure.metrics).flatMap(([metric, unit]) =>
      describe(contender, metric, unit),
    );
    console.log(`  ${contender.label.padEnd(44)} ${metrics.join("   ")}`);
  }
  const labels = new Map(figure.contenders.map(({ name, label }) => [name, label]));
  for (const comparison of figure.comparisons) {
    const { of, over, metric } = comparison;
    const name = metric === "rate" ? "" : `${metric}: `;
    console.log(`  ${name}${labels.get(of)} / ${labels.get(over)} = ${describeRatio(comparison)}`);
  }
  for (const bound of figure.bounds) {
    console.log(`  ${bound.metric} of ${labels.get(bound.of)}: ${describeBound(bound)}`);
  }
}

/** Empty for a metric that the contender has nothing to say about. */
function describe({ rounds, medians }: ContenderResult, metric: string, unit: string): string[] {
  if (rounds.length === 0) return ["not measured"];
  if (medians[metric] === undefined) return [];
  const values = rounds.map((round) => round[metric]!);
  const name = metric === "rate" ? "" : `${metric} `;
  const range = `(${digits(Math.min(...values))} … ${digits(Math.max(...values))})`;
  return [`${name}${digits(medians[metric]).padStart(9)} ${unit} ${range}`];
}

function describeRatio({ ratio, perRound, met, atLeast, below }: ComparisonResult): string {
  if (ratio === null) return "not measured";
  const spread = `${ratio.toFixed(2)} (${Math.min(...perRound).toFixed(2)} … ${Math.max(...perRound).toFixed(2)})`;
  if (met === null) return spread;
  const target = atLeast !== undefined ? `at least ${atLeast}` : `below ${below}`;
  const distance = Math.abs(ratio / (atLeast ?? below!) - 1) * 100;
  return `${spread}, target ${target}: ${met ? "met" : `MISSED by ${distance.toFixed(0)} %`}`;
}

function describeBound({ worst, median, met, atLeast, atMost, below, judged }: BoundResult): string {
  if (worst === null || median === null) return "not measured";
  let target = `below ${below}`;
  if (atLeast !== undefined) target = `at least ${atLeast}`;
  if (atMost !== undefined) target = `at most ${atMost}`;
  const verdict = met ? "met" : "MISSED";
  if (judged === "median") {
    return `${digits(median)} (worst round ${digits(worst)}), target ${target} by the median: ${verdict}`;
  }
  return `${digits(worst)}, target ${target} in every round: ${verdict}`;
}

function digits(value: number): string {
  if (Number.isInteger(value) || value >= 100) return Math.round(value).toLocaleString("en");
  return value.toFixed(2);
}
