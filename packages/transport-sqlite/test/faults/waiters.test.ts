/** Who waits in another process is woken; of many who wait for one signal one gets it, and a broadcast reaches everybody once. */
import { CoordinationSignals } from "@attune/signals";
import { expect, test } from "vitest";
import { joinStore, newPlace, Program, until } from "./fleet.ts";
import type { BroadcastArgument, EchoArgument, TakerArgument } from "./signals-told.ts";

async function agentAt(url: string, agentId: string): Promise<CoordinationSignals> {
  const { transport } = await joinStore(url);
  return new CoordinationSignals({ agentId, transport });
}

test("a waiter in another process is woken by a signal, long before it would look again by itself", async () => {
  const { url } = await newPlace();
  const caller = await agentAt(url, "caller");
  const program = new Program("answers-signals.ts", {
    url,
    agent: "echo",
    caller: "caller",
  } satisfies EchoArgument);
  await program.hear();
  const tookMs: number[] = [];
  const answers: unknown[] = [];
  const count = 50;
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    await caller.signal({ signalType: "call", targetAgent: "echo", payload: n });
    answers.push((await caller.waitForSignal({ signalType: "answer", timeoutMs: 10_000 }))?.payload);
    tookMs.push(performance.now() - startedAt);
  }
  await caller.signal({ signalType: "last", targetAgent: "echo" });
  expect(await program.exit()).toBe(0);
  tookMs.sort((one, other) => one - other);
  const median = tookMs[count / 2]!;
  console.info(
    `signal to another process and back: sent ${count}, answered ${answers.length}, median ${median.toFixed(1)} ms, longest ${tookMs.at(-1)!.toFixed(1)} ms`,
  );
  expect(answers).toEqual(Array.from({ length: count }, (_, n) => n));
  // Two waits, each of which would look by itself after 750 ms at the earliest.
  expect(median).toBeLessThan(500);
});

test("600 signals over 6 processes with 4 competing takers each: each has one taker, none lost, none doubled", {
  timeout: 60_000,
}, async () => {
  const { url } = await newPlace();
  const count = 600;
  const programs = Array.from({ length: 6 }, () => {
    return new Program("takes-until-told.ts", { url, agent: "pool", takers: 4 } satisfies TakerArgument);
  });
  await Promise.all(programs.map((program) => program.hear()));
  const senders = await Promise.all(["a", "b"].map((agent) => agentAt(url, agent)));
  const sent: string[] = [];
  await Promise.all(
    senders.map(async (signals) => {
      for (let n = 0; n < count / senders.length; n++) {
        sent.push(await signals.signal({ signalType: "job", targetAgent: "pool", payload: n }));
      }
    }),
  );
  const observer = await agentAt(url, "pool");
  await until(
    "all are taken",
    async () => (await observer.getPendingSignals({ limit: 1 })).length === 0,
    30_000,
  );
  for (const program of programs) program.tell("stop");
  const taken = await Promise.all(programs.map((program) => program.hear<string[]>()));
  const all = taken.flat();
  const distinct = new Set(all);
  const counts = {
    sent: sent.filter((id) => id !== "").length,
    taken: all.length,
    lost: sent.filter((id) => !distinct.has(id)).length,
    doubled: all.length - distinct.size,
  };
  console.info(`6 x 4 takers: ${JSON.stringify(counts)}, by process ${taken.map((ids) => ids.length)}`);
  expect(counts).toEqual({ sent: count, taken: count, lost: 0, doubled: 0 });
  // Or nobody competed.
  expect(taken.filter((ids) => ids.length > 0).length).toBeGreaterThan(1);
  expect(await Promise.all(programs.map((program) => program.exit()))).toEqual(Array(6).fill(0));
});

test("20 broadcasts reach 50 agents in 5 processes once each and in order, though one process starts late", {
  timeout: 60_000,
}, async () => {
  const { url } = await newPlace();
  const count = 20;
  const signals = await agentAt(url, "sender");
  const start = (process: number) => {
    const agents = Array.from({ length: 10 }, (_, agent) => `agent-${process}-${agent}`);
    return new Program("hears-broadcasts.ts", { url, agents, count } satisfies BroadcastArgument);
  };
  const early = [0, 1, 2, 3].map(start);
  await Promise.all(early.map((program) => program.hear()));
  const sent: string[] = [];
  for (let n = 0; n < count; n++) sent.push(await signals.broadcast({ signalType: "go", payload: n }));
  const late = start(4);
  await late.hear();
  const heard = await Promise.all([...early, late].map((program) => program.hear<string[][]>()));
  const agents = heard.flat();
  const deliveries = agents.flat().length;
  const lost = agents.reduce((sum, ids) => sum + sent.filter((id) => !ids.includes(id)).length, 0);
  const doubled = agents.reduce((sum, ids) => sum + ids.length - new Set(ids).size, 0);
  console.info(
    `broadcasts: sent ${sent.length} to ${agents.length} agents in 5 processes, taken ${deliveries}, lost ${lost}, doubled ${doubled}`,
  );
  expect(agents).toEqual(Array(50).fill(sent));
});
