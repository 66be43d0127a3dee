/** Feedback: three workflows learn which tier is good enough for their files, each from what is measured of every run. */
import { FeedbackLoop } from "@attune/feedback";
import { ModelTier } from "@attune/workflow";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { filesOf, type MixName, mixNames } from "../exports/source-mixes.ts";
import { type QualityReaderOutput, qualityReader } from "../parts/quality-reader.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import type { Steps } from "../steps.ts";
import { FindExportsWorkflow, findStage, prices } from "../workflows/find-exports-workflow.ts";
import { type Cost, costOf, type Learned, mixOf, tierAfter } from "../workflows/learned.ts";
import { learnedText, runText } from "../workflows/learned-text.ts";
import {
  averageOf,
  isChange,
  isJustified,
  measuredAt,
  modelTiers,
  summaryOf,
  summaryOfStats,
} from "../workflows/measured-quality.ts";
import { TierDiary } from "../workflows/tier-diary.ts";

interface Course {
  readonly files: string;
  readonly begins: ModelTier;
  readonly rounds: number;
  /** Where it has to come to, and by how many changes at most. */
  readonly ends: ModelTier;
  readonly changes: number;
}

const courses: Readonly<Record<MixName, Course>> = {
  plain: {
    files: "modules that declare what they export, a line each",
    begins: ModelTier.CAPABLE,
    rounds: 48,
    ends: ModelTier.CHEAP,
    changes: 1,
  },
  indexes: {
    files: "indexes of packages: lists of names from elsewhere",
    begins: ModelTier.CHEAP,
    rounds: 24,
    ends: ModelTier.CAPABLE,
    changes: 1,
  },
  tricky: {
    files: "modules with exports in comments, strings and templates, too",
    begins: ModelTier.CHEAP,
    rounds: 36,
    ends: ModelTier.PREMIUM,
    changes: 2,
  },
};

/** So many runs at the end that are all at the tier that it has settled on. */
const settledRuns = 6;
const explorationRate = 0.5;
const enough = 0.7;

const intro = [
  "Three workflows find what modules export. A tier is a way to do it, from one regular expression (cheap)",
  "to a lexical scan (premium). The quality of a run is measured: the module is loaded, and what it really",
  "exports is compared with what was found (F1: 1 is all of it and nothing else). Where a tier is better",
  "than needed, and too little is known of the next cheaper one, that is tried now and then.",
];

export const feedback: Demonstration = {
  name: "feedback",
  summary:
    "three workflows learn which tier is good enough for their files, from what is measured of each run",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, interruption } = scene;
  const ids = new AgentIds();
  // Evenly spread, and the same each time: what comes out depends on nothing but what is measured.
  let spread = 0;
  const random = () => (spread = (spread + 0.618034) % 1);
  await using loop = new FeedbackLoop({ transport, explorationRate, random });
  for (const line of intro) steps.say(line);
  const all: Learned[] = [];
  for (const mix of mixNames) {
    all.push(await learn(scene, loop, mix, ids.idOf(mix)));
    if (interruption.aborted) return 130;
  }
  const workflows = all.map(({ workflowName, entries }) => [workflowName, tierAfter(entries)] as const);
  const reader = parts.start(qualityReader, { workflows });
  steps.say(`\n${whoIsWhere([["the quality reader", reader]])}`);
  const read = await reader.result;
  if (interruption.aborted) return 130;
  for (const line of learnedText(all, read, reader.place)) steps.say(line);
  for (const learned of all) checkLearned(steps, learned);
  await checkStore(steps, all, read, loop, reader.place);
  return steps.conclude();
}

async function learn(
  { steps, ending }: Scene,
  loop: FeedbackLoop,
  mix: MixName,
  workflowName: string,
): Promise<Learned> {
  const { files: kind, begins, rounds } = courses[mix];
  const files = await filesOf(mix);
  const diary = new TierDiary(loop);
  const setup = { name: workflowName, tier: begins };
  await using workflow = new FindExportsWorkflow(setup, { tierPolicy: diary, prices });
  const costs: Cost[] = [];
  const runIds: string[] = [];
  steps.say(`\n${mix}: ${files.length} ${kind}; begins with ${begins}`);
  for (let round = 0; round < rounds && !ending.aborted; round++) {
    const file = files[round % files.length]!;
    const before = diary.entries.length;
    const { usage, runId, success } = await workflow.execute(file, { signal: ending });
    if (ending.aborted) break;
    costs.push(costOf(usage));
    runIds.push(runId);
    const entry = diary.entries[before];
    // One that failed, or was not rated, is found by the checks.
    steps.say(success && entry ? runText(round, file, entry) : `  ${round + 1}  not rated: ${file}`);
  }
  return { mix, workflowName, entries: diary.entries, costs, runIds };
}

function checkLearned(steps: Steps, { mix, entries }: Learned): void {
  const { rounds, begins, ends, changes } = courses[mix];
  steps.say(`\nWhat came out of ${mix}:`);
  const indexes = [...entries.keys()];
  steps.check(`all ${rounds} runs were rated`, entries.length, rounds);
  steps.check(
    "before 10 ratings nothing but the current tier was recommended, with confidence 0",
    entries
      .slice(0, 10)
      .map(({ recommendation: { recommendedTier, confidence } }) => [recommendedTier, confidence]),
    entries.slice(0, 10).map(() => [begins, 0]),
  );
  steps.check(
    "every recommendation follows from what had been measured until then",
    indexes.filter((index) => !isJustified(entries, index)),
    [],
  );
  steps.check(
    `it has settled on ${ends}`,
    entries.slice(-settledRuns).map(({ rated }) => rated.tier),
    Array.from({ length: settledRuns }, () => ends),
  );
  const lower = modelTiers.slice(0, modelTiers.indexOf(ends));
  const poorOnes = lower.filter((tier) => averageOf(measuredAt(entries, tier)) < enough);
  steps.check(
    `${ends} is good enough, and the cheapest that is`,
    [averageOf(measuredAt(entries, ends)) >= enough, poorOnes],
    [true, lower],
  );
  steps.check(
    "a try is one run: the next begins with the tier that it had",
    indexes.filter(
      (index) =>
        entries[index - 1]?.recommendation.exploring &&
        entries[index]!.recommendation.currentTier !== entries[index - 1]!.recommendation.currentTier,
    ),
    [],
  );
  const changed = entries.filter(isChange).length;
  steps.check(`it has not changed more than ${changes === 1 ? "once" : "twice"}`, changed <= changes, true);
}

async function checkStore(
  steps: Steps,
  all: readonly Learned[],
  read: QualityReaderOutput,
  loop: FeedbackLoop,
  place: string,
): Promise<void> {
  steps.say(`\nWhat ${place} sees of all three:`);
  steps.check(
    "the statistics are those of every single measurement",
    read.ofEach.map(({ stats }) => stats.map(summaryOfStats)),
    all.map(({ entries }) => modelTiers.map((tier) => summaryOf(measuredAt(entries, tier)))),
  );
  steps.check(
    "and the same that are seen here",
    read.ofEach.map(({ stats }) => stats),
    await Promise.all(
      all.map(({ workflowName }) =>
        Promise.all(
          modelTiers.map((tier) => loop.getQualityStats({ workflowName, stageName: findStage, tier })),
        ),
      ),
    ),
  );
  steps.check(
    "the newest rating of each is that of its last run",
    read.ofEach.map(({ lastRun }) => lastRun),
    all.map(({ runIds }) => runIds.at(-1)),
  );
  steps.check(
    "it recommends the tiers that they have come to",
    read.ofEach.map(({ recommended }) => recommended),
    all.map(({ mix }) => courses[mix].ends),
  );
  steps.check(
    "what it calls underperforming is what was left for a higher tier, the worst first",
    read.underperforming.map(({ workflowName, tier }) => [mixOf(all, workflowName), tier]),
    leftOnes(all),
  );
}

/** What each was left at that was poor, the worst first. */
function leftOnes(all: readonly Learned[]): unknown {
  return all
    .flatMap(({ mix, entries }) =>
      entries
        .filter(isChange)
        .map(({ recommendation: { currentTier } }) => ({
          mix,
          tier: currentTier,
          average: averageOf(measuredAt(entries, currentTier)),
        }))
        .filter(({ average }) => average < enough),
    )
    .sort((one, other) => one.average - other.average)
    .map(({ mix, tier }) => [mix, tier]);
}
