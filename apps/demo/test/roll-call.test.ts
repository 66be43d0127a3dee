import { CoordinationSignals } from "@attune/signals";
import type { JsonValue } from "@attune/transport";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { AgentIds } from "../src/agent-ids.ts";
import type { DoneSummary, Failure } from "../src/audit/audit-signals.ts";
import { RollCall } from "../src/audit/roll-call.ts";

const facts = { duration_ms: 5, tokens: 0 };
const done: DoneSummary = {
  ...facts,
  headline: "nothing",
  totals: {},
  ranking: [],
  found: [],
  unreadable: 0,
};
const failed: Failure = { ...facts, status: "failed", stage: "measure", attempts: 2, reason: "no idea" };

async function scene(...names: readonly string[]) {
  const transport = await createMemoryTransport();
  const ids = new AgentIds("this-run");
  const ear = new CoordinationSignals({ transport, agentId: ids.idOf("auditor") });
  onTestFinished(async () => {
    await ear.close();
    await transport.close();
  });
  const gone = new Map(names.map((name) => [name, new AbortController()]));
  const rollCall = new RollCall(
    ids,
    names.map((name) => ({ name, gone: gone.get(name)!.signal })),
  );
  const say = (name: string, signalType: string, payload: JsonValue = null, run = ids) =>
    new CoordinationSignals({ transport, agentId: run.idOf(name) }).signal({
      signalType,
      targetAgent: ids.idOf("auditor"),
      payload,
    });
  const endings = () =>
    Object.fromEntries([...rollCall.outcomes].map(([name, { ending }]) => [name, ending]));
  const leave = (name: string) => gone.get(name)!.abort();
  return { ear, rollCall, say, endings, leave, names };
}

it("meets once all have measured, and not before", async () => {
  const { ear, rollCall, say, endings, names } = await scene("a", "b");
  let met = false;
  const meeting = rollCall.meet(ear, names).then(() => {
    met = true;
  });
  await say("b", "measured");
  expect(await ear.getPendingSignals()).toHaveLength(1);
  expect(met).toBe(false);
  await say("a", "measured");
  await meeting;
  expect(endings()).toEqual({});
  expect(await ear.getPendingSignals()).toEqual([]);
});

it("meets without those that have failed, however many", async () => {
  const { ear, rollCall, say, endings, names } = await scene("a", "b", "c");
  const meeting = rollCall.meet(ear, names);
  await say("b", "failed", failed);
  await say("a", "measured");
  await say("c", "failed", { ...failed, status: "cancelled" });
  await meeting;
  expect(endings()).toEqual({ b: "failed", c: "cancelled" });
  expect(rollCall.outcomes.get("b")).toEqual({ ending: "failed", ...failed });
});

it("meets without those that are gone", async () => {
  const { ear, rollCall, say, endings, leave, names } = await scene("a", "b");
  const meeting = rollCall.meet(ear, names);
  await say("a", "measured");
  leave("b");
  await meeting;
  expect(endings()).toEqual({ b: "unheard" });
});

it("collects how each has ended, and says who is still waited for", async () => {
  const { ear, rollCall, say, endings, names } = await scene("a", "b");
  const open: (readonly string[])[] = [];
  const collecting = rollCall.collect(ear, names, { onOpen: (left) => open.push(left) });
  await say("b", "done", done);
  await say("a", "failed", failed);
  await collecting;
  expect(endings()).toEqual({ a: "failed", b: "done" });
  expect(open).toEqual([["a", "b"], ["a"]]);
});

it("has heard of those that are gone what they had said before", async () => {
  const { ear, rollCall, say, endings, leave, names } = await scene("a", "b");
  await say("a", "measured");
  await say("a", "done", done);
  await say("b", "measured");
  leave("a");
  leave("b");
  await rollCall.collect(ear, names);
  expect(endings()).toEqual({ a: "done", b: "unheard" });
});

it("ends with the reason when it has to, and goes on later where it was", async () => {
  const { ear, rollCall, say, endings, names } = await scene("a", "b");
  const ending = new AbortController();
  const collecting = rollCall.collect(ear, names, { ending: ending.signal });
  await say("a", "done", done);
  ending.abort(new Error("enough"));
  await expect(collecting).rejects.toThrow("enough");
  await say("b", "failed", { ...failed, status: "cancelled" });
  await rollCall.collect(ear, names);
  expect(endings()).toEqual({ a: "done", b: "cancelled" });
});

it("takes nothing of an agent of the same name in another run", async () => {
  const { ear, rollCall, say, endings, leave, names } = await scene("a");
  await say("a", "done", done, new AgentIds("another-run"));
  leave("a");
  await rollCall.collect(ear, names);
  expect(endings()).toEqual({ a: "unheard" });
});
