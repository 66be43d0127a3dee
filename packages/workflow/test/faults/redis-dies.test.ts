/** A Redis that dies, or hangs, under running workflows: their results are the same, and nothing waits for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";
import { runAll } from "@attune/workflow";
import { loggerInto, until } from "@attune-tools/every-store";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { allFlags, madeWorkflow } from "../made-workflow.ts";

/** Far more than a stage takes on a slow machine. */
const operationTimeoutMs = 5000;
const workflows = 20;
const stages = ["a", "b", "c", "d"];

/** Twenty at once; `between` is called once, while all of them are in their second stage. */
async function fleet(url: string, between: () => Promise<void>) {
  const warnings: string[] = [];
  const transport = await openTransport(url, { logger: loggerInto(warnings), operationTimeoutMs });
  onTestFinished(() => transport.close());
  let there = 0;
  const go = Promise.withResolvers<void>();
  const stage = async (input: unknown, context: { stage: string; reportProgress(f: number): void }) => {
    if (context.stage === "b") {
      if (++there === workflows) await between().then(go.resolve);
      await go.promise;
    }
    context.reportProgress(0.5);
    await sleep(20);
    return { output: `${String(input)}${context.stage}` };
  };
  const made = Array.from({ length: workflows }, (_, number) =>
    madeWorkflow(stages, {
      ...allFlags,
      transport,
      agentId: `w${number}`,
      work: Object.fromEntries(stages.map((name) => [name, stage])),
    }),
  );
  onTestFinished(async () => {
    await Promise.all(made.map((workflow) => workflow.close()));
  });
  const results = await runAll(made.map((workflow) => ({ workflow, input: ">" })));
  return { warnings, results };
}

function expectTheSame(results: Awaited<ReturnType<typeof fleet>>["results"]) {
  expect(results.map(({ output }) => output)).toEqual(results.map(() => ">abcd"));
  // No stage after the fault took as long as an operation that is not answered.
  for (const { stages: ran } of results) {
    for (const { name, durationMs } of ran)
      if (name > "b") expect(durationMs).toBeLessThan(operationTimeoutMs);
  }
}

describe.skipIf(inject("redisUrl") === "")("a Redis that", () => {
  const started = async (): Promise<RedisServer> => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    return server;
  };

  it("is killed in mid-run and comes back later: the same results, one warning, and the last words are written", async () => {
    const server = await started();
    const { warnings, results } = await fleet(server.url, () => server.kill());
    expectTheSame(results);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^attune: Workflow: /);
    await server.start();
    const looking = await openTransport(server.url);
    onTestFinished(() => looking.close());
    const monitor = new HeartbeatCoordinator({ transport: looking });
    const ended = async (number: number) =>
      (await monitor.getAgentStatus(`w${number}`))?.status === "completed";
    for (let number = 0; number < workflows; number++) {
      await until(`the end of w${number} is written`, () => ended(number), 20_000);
    }
    expect(warnings).toHaveLength(2);
  });

  it("hangs in mid-run: no stage waits for it, and the run ends once its last word has timed out", async () => {
    const server = await started();
    const startedAt = performance.now();
    const { warnings, results } = await fleet(server.url, async () => server.pause());
    const tookMs = performance.now() - startedAt;
    server.resume();
    expectTheSame(results);
    expect(tookMs).toBeLessThan(3 * operationTimeoutMs);
    expect(warnings.filter((warning) => warning.includes("Going on without it"))).toHaveLength(1);
  });
});
