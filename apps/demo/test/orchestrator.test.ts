import { CoordinationSignals } from "@attune/signals";
import type { JsonValue } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { AgentIds } from "../src/agent-ids.ts";
import { Orchestrator } from "../src/audit/orchestrator.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";

async function scene() {
  const transport = await createMemoryTransport();
  const ids = new AgentIds("this-run");
  const orchestrator = new Orchestrator({ transport, ids, ledger: new PublishLedger() });
  onTestFinished(async () => {
    await orchestrator.close();
    await transport.close();
  });
  const say = (name: string, signalType: string, payload: JsonValue = { headline: "nothing" }, run = ids) =>
    new CoordinationSignals({ transport, agentId: run.idOf(name) }).signal({
      signalType,
      targetAgent: ids.idOf("auditor"),
      payload,
    });
  return { orchestrator, say, givingUp: new AbortController() };
}

const failed = { status: "failed", reason: "no idea" };

it("collects once all are done", async () => {
  const { orchestrator, say, givingUp } = await scene();
  const collecting = orchestrator.collect(["a", "b"], givingUp.signal);
  await say("b", "done");
  await say("a", "done");
  expect(Object.fromEntries(await collecting)).toEqual({ a: "done", b: "done" });
});

it("does not wait for those that have failed, however many", async () => {
  const { orchestrator, say, givingUp } = await scene();
  const collecting = orchestrator.collect(["a", "b", "c", "d"], givingUp.signal);
  await say("b", "failed", failed);
  await say("a", "done");
  await say("d", "failed", { ...failed, status: "cancelled" });
  await say("c", "done");
  expect(Object.fromEntries(await collecting)).toEqual({ a: "done", b: "failed", c: "done", d: "cancelled" });
});

it("has heard, when it gives up, of those that had spoken by then", async () => {
  const { orchestrator, say, givingUp } = await scene();
  const collecting = orchestrator.collect(["a", "b", "c"], givingUp.signal);
  await say("c", "failed", failed);
  await say("a", "done");
  givingUp.abort();
  expect(Object.fromEntries(await collecting)).toEqual({ a: "done", b: "unheard", c: "failed" });
});

it("takes nothing of an agent of the same name in another run", async () => {
  const { orchestrator, say, givingUp } = await scene();
  await say("a", "done", null, new AgentIds("another-run"));
  givingUp.abort();
  expect(Object.fromEntries(await orchestrator.collect(["a"], givingUp.signal))).toEqual({ a: "unheard" });
});
