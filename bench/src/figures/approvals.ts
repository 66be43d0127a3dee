/** Approvals: from the decision in one process to the agent that goes on in another, and the list of what is pending. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApprovalGate } from "@attune/approvals";
import { openTransport } from "@attune/transport";
import { monotonicMs } from "../contenders/stamp.ts";
import type { Contender, Figure, StoreName } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";
import { percentile } from "../harness/statistics.ts";

const decisions = 200;
const pendingCount = 10_000;
const batch = 500;

function deciding(name: string, label: string, store: StoreName): Contender {
  return {
    name,
    label,
    store,
    async open(setup) {
      const transport = await openTransport(setup.url, { prefix: setup.prefix });
      const gate = new ApprovalGate({ transport, agentId: "asker" });
      const approver = new Remote(join(import.meta.dirname, "../contenders/approver-process.ts"));
      await approver.call("open", setup);
      return {
        async measure() {
          const latencies: number[] = [];
          for (let number = 0; number < decisions; number++) {
            const requestId = `bench-${process.hrtime.bigint()}`;
            const answer = gate
              .requestApproval({ approvalType: "bench", context: { number }, timeoutMs: 60_000, requestId })
              .then(() => monotonicMs());
            while ((await gate.getApproval(requestId)) === null);
            const decidedAt = await approver.call<number>("decide", requestId);
            latencies.push((await answer) - decidedAt);
          }
          return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
        },
        async close() {
          await gate.close();
          await approver[Symbol.asyncDispose]();
          await transport.close();
        },
      };
    },
  };
}

export const approvals: Figure = {
  name: "approvals",
  title: `an approval: from the decision in one process to the resumption in another, ${decisions} times`,
  metrics: { p50: "ms", p99: "ms" },
  maxRounds: 5,
  contenders: [deciding("redis", "attune on Redis", "redis"), deciding("file", "attune on a file", "sqlite")],
  comparisons: [],
};

function listing(name: string, label: string, store: StoreName): Contender {
  return {
    name,
    label,
    store,
    async open({ url, prefix }) {
      for (let at = 0; at < pendingCount; at += batch) await leave(url, prefix, at);
      const transport = await openTransport(url, { prefix });
      const gate = new ApprovalGate({ transport });
      return {
        async measure() {
          const startedAt = performance.now();
          const found = (await gate.getPendingApprovals({ approvalType: "bench" })).length;
          const ms = performance.now() - startedAt;
          if (found !== pendingCount) throw new Error(`${found} are pending`);
          return { ms };
        },
        async close() {
          await gate.close();
          await transport.close();
        },
      };
    },
  };
}

/** A batch of requests whose requesters are gone, as after a crash. */
async function leave(url: string, prefix: string, from: number): Promise<void> {
  const transport = await openTransport(url, { prefix, operationTimeoutMs: 20_000 });
  const gate = new ApprovalGate({ transport, agentId: "asker" });
  const asked = Array.from({ length: batch }, (_, number) =>
    gate.requestApproval({
      approvalType: "bench",
      context: { service: `service-${from + number}`, replicas: 3 },
      timeoutMs: 3_600_000,
    }),
  );
  while ((await transport.records.count("approval")) < from + batch) await sleep(20);
  await transport.close();
  await Promise.all(asked);
  await gate.close();
}

export const pendingApprovals: Figure = {
  name: "pending-approvals",
  title: `the list of ${pendingCount.toLocaleString("en")} pending requests`,
  metrics: { ms: "ms" },
  contenders: [listing("redis", "attune on Redis", "redis"), listing("file", "attune on a file", "sqlite")],
  comparisons: [],
};
