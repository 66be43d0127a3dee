/**
 * The bench: `npm run bench -- [figure…] [--rounds 5]`. Exit code 0 also when targets are missed: a figure of a busy
 * machine is no error.
 */
import { parseArgs } from "node:util";
import { testRedis } from "@attune-tools/redis-server";
import { figures } from "./figures/index.ts";
import { storesOf } from "./harness/figure.ts";
import { findPlace } from "./harness/figure-folder.ts";
import { describeMachine } from "./harness/machine.ts";
import { locateRedisBenchmark } from "./harness/redis-benchmark.ts";
import { printFigure, printMachine } from "./harness/report.ts";
import { writeResults } from "./harness/results.ts";
import { type FigureResult, runFigure, type Workplace } from "./harness/run-figure.ts";
import { sweep } from "./harness/sweep.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a number from 1");
const unknown = positionals.filter((name) => !figures.some((figure) => figure.name === name));
if (unknown.length > 0) {
  throw new Error(`no figure ${unknown.join(", ")}; there are ${figures.map(({ name }) => name).join(", ")}`);
}
const wanted = figures.filter(({ name, onlyNamed = false }) =>
  positionals.length === 0 ? !onlyNamed : positionals.includes(name),
);

await using redis = wanted.some((figure) => storesOf(figure).has("redis")) ? await testRedis() : null;
const chosen = wanted.filter(({ store }) => redis || store === "sqlite");
if (chosen.length === 0) throw new Error("ATTUNE_TEST_REDIS=skip leaves nothing to measure");
const startedAt = new Date().toISOString();
const place = await findPlace();
const redisBenchmark = redis && (await locateRedisBenchmark());
const prefix = "attune-bench:";
const workplace: Workplace = { redisUrl: redis?.url ?? null, prefix, redisBenchmark, place };
const machine = await describeMachine({ redis, redisBenchmark, place });
printMachine(machine, rounds);

const results: FigureResult[] = [];
for (const figure of chosen) {
  try {
    const result = await runFigure(figure, workplace, rounds);
    results.push(result);
    printFigure(result);
  } catch (error) {
    process.exitCode = 1;
    console.error(`\n${figure.name}: FAILED`, error);
  }
  if (redis) await sweep({ url: redis.url, prefix });
}
console.log(`\n${await writeResults({ startedAt, rounds, machine, figures: results })}`);
