/**
 * The bench: `npm run bench -- [figure…] [--rounds 5]`. Exit code 0 also when targets are missed: a figure of a busy
 * machine is no error.
 */
import { parseArgs } from "node:util";
import { testRedis } from "@attune-tools/redis-server";
import { figures } from "./figures/index.ts";
import type { Setup } from "./harness/figure.ts";
import { describeMachine } from "./harness/machine.ts";
import { locateRedisBenchmark } from "./harness/redis-benchmark.ts";
import { printFigure, printMachine } from "./harness/report.ts";
import { writeResults } from "./harness/results.ts";
import { type FigureResult, runFigure } from "./harness/run-figure.ts";
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
const chosen = figures.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

await using redis = await testRedis();
if (!redis) throw new Error("ATTUNE_TEST_REDIS=skip leaves nothing to measure");
const startedAt = new Date().toISOString();
const redisBenchmark = await locateRedisBenchmark();
const setup: Setup = { url: redis.url, prefix: "attune-bench:", redisBenchmark };
const machine = await describeMachine(redis, redisBenchmark);
printMachine(machine, rounds);

const results: FigureResult[] = [];
for (const figure of chosen) {
  try {
    const result = await runFigure(figure, setup, rounds);
    results.push(result);
    printFigure(result);
  } catch (error) {
    process.exitCode = 1;
    console.error(`\n${figure.name}: FAILED`, error);
  }
  await sweep(setup);
}
console.log(`\n${await writeResults({ startedAt, rounds, machine, figures: results })}`);
