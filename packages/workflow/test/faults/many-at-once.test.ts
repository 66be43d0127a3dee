/** Five hundred workflows of one process with all flags on, on a real Redis: all of them done, told of, and abortable. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import { runAll } from "@attune/workflow";
import { loggerInto } from "@attune-tools/every-store";
import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, it, onTestFinished } from "vitest";
import { allFlags, madeWorkflow, untilAborted } from "../made-workflow.ts";

const count = 500;

it.skipIf(inject("redisUrl") === "")(
  "500 workflows take three connections at most, and one broadcast ends all",
  { timeout: 60_000 },
  async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const warnings: string[] = [];
    const transport = await openTransport(server.url, {
      logger: loggerInto(warnings),
      operationTimeoutMs: 20_000,
    });
    onTestFinished(() => transport.close());
    const boss = new CoordinationSignals({ transport, agentId: "boss" });
    let there = 0;
    const allThere = Promise.withResolvers<void>();
    const runs = Array.from({ length: count }, (_, number) => ({
      workflow: madeWorkflow(["a", "b"], {
        ...allFlags,
        transport,
        agentId: `w${number}`,
        work: {
          b: (_input, { signal }) => {
            if (++there === count) allThere.resolve();
            // Half of them end by themselves.
            return number % 2 === 0
              ? untilAborted(signal)
              : allThere.promise.then(() => ({ output: number }));
          },
        },
      }),
    }));
    const running = runAll(runs);
    await allThere.promise;
    const clients = String(await server.command("CLIENT", "LIST"))
      .trim()
      .split("\n");
    // The command that asks has one of its own.
    expect(clients.length - 1).toBeLessThanOrEqual(3);
    await boss.broadcast({ signalType: "abort" });
    const results = await running;
    const ended = Map.groupBy(results, ({ status }) => status);
    expect(ended.get("cancelled")).toHaveLength(count / 2);
    expect(ended.get("completed")).toHaveLength(count / 2);
    const monitor = new HeartbeatCoordinator({ transport });
    expect(await monitor.getActiveAgents()).toEqual([]);
    for (const number of [0, 1, 498, 499]) {
      const { status } = (await monitor.getAgentStatus(`w${number}`))!;
      expect(status).toBe(number % 2 === 0 ? "cancelled" : "completed");
    }
    expect(warnings).toEqual([]);
  },
);
