/** At the deadline, and without a store: whoever looks, everybody agrees, and nothing is approved by accident. */
import { ApprovalGate } from "@attune/approvals";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { altered } from "./altered-transport.ts";

async function world() {
  const clock = manualClock();
  const store = new MemoryStore({ clock });
  const warnings: string[] = [];
  const open = async () => {
    const transport = await createMemoryTransport({ store, clock, logger: loggerInto(warnings) });
    onTestFinished(() => transport.close());
    return transport;
  };
  return { clock, store, warnings, open };
}

it("an answer at the deadline plus or minus 5 ms, a thousand times: requester and responder always agree", async () => {
  const { clock, open } = await world();
  const asking = new ApprovalGate({ transport: await open(), agentId: "a" });
  const deciding = new ApprovalGate({ transport: await open() });
  const counts = new Map<string, number>();
  for (let time = 0; time < 1000; time++) {
    const requestId = `r${time}`;
    const answer = asking.requestApproval({ approvalType: "t", context: time, timeoutMs: 100, requestId });
    await until("it is there", async () => (await deciding.getApproval(requestId)) !== null);
    await clock.advance(95 + (time % 11));
    const told = await deciding.respondToApproval(requestId, { approved: true, responder: "ann" });
    await clock.advance(20);
    const heard = await answer;
    expect(heard.state).toBe(told.state);
    expect(heard.approved).toBe(told.accepted);
    counts.set(heard.state, (counts.get(heard.state) ?? 0) + 1);
  }
  // Both happen: five of eleven are in time.
  expect([...counts.keys()].toSorted()).toEqual(["approved", "timeout"]);
  expect(counts.get("approved")! + counts.get("timeout")!).toBe(1000);
}, 60_000);

it("with the store away when it is asked for, it is not approved, at once, and taken back later", async () => {
  const { clock, store, open, warnings } = await world();
  const asking = new ApprovalGate({ transport: await open(), agentId: "a" });
  const back = store.simulateOutage();
  expect(await asking.requestApproval({ approvalType: "t", context: 1 })).toMatchObject({
    approved: false,
    responder: "system",
    state: "cancelled",
    reason: "the store could not be reached",
  });
  expect(await asking.getPendingApprovals()).toEqual([]);
  expect(await asking.respondToApproval("x", { approved: true, responder: "ann" })).toEqual({
    accepted: false,
    state: "unknown",
    refusal: "unavailable",
  });
  expect(warnings).toHaveLength(1);
  back();
  await clock.advance(10);
  expect(warnings).toHaveLength(2);
});

it("with the store away for a while, the decision is heard once it is back", async () => {
  const { clock, store, open } = await world();
  const asking = new ApprovalGate({ transport: await open(), agentId: "a" });
  const deciding = new ApprovalGate({ transport: await open() });
  const answer = asking.requestApproval({ approvalType: "t", context: 1, requestId: "r", timeoutMs: 60_000 });
  await until("it is there", async () => (await deciding.getApproval("r")) !== null);
  const back = store.simulateOutage();
  await clock.advance(10_000);
  back();
  expect(await deciding.respondToApproval("r", { approved: true, responder: "ann" })).toMatchObject({
    accepted: true,
  });
  await clock.advance(2000);
  expect(await answer).toMatchObject({ approved: true, responder: "ann" });
});

it.each([
  { onTimeout: "reject" },
  { onTimeout: "approve" },
  { onTimeout: "escalate", escalateTo: ["boss"] },
] as const)(
  "with the store away at its deadline it is not approved, and the store is told so: %o",
  async (policy) => {
    const { clock, store, open } = await world();
    const asking = new ApprovalGate({ transport: await open(), agentId: "a" });
    const requestId = "r";
    const answer = asking.requestApproval({
      approvalType: "t",
      context: 1,
      requestId,
      timeoutMs: 5000,
      ...policy,
    });
    await clock.advance(10);
    const back = store.simulateOutage();
    await clock.advance(10_000);
    const told = await answer;
    expect(told).toMatchObject({ approved: false, responder: "system", state: "timeout" });
    back();
    const looking = new ApprovalGate({ transport: await open() });
    // What it was told is what the store tells from then on: not "approved" or "escalated" by its clock.
    await until("it is told", async () => (await looking.getApproval(requestId))?.state === "timeout");
    expect(await looking.attach(requestId)).toMatchObject({ reason: told.reason });
  },
);

it("a wait of sixty days does not end at once, though no timer of the engine is that long", async () => {
  const base = await createMemoryTransport();
  onTestFinished(() => base.close());
  const { transport, faults } = altered(base);
  const gate = new ApprovalGate({ transport, agentId: "a" });
  const days = 86_400_000;
  const answer = gate.requestApproval({
    approvalType: "t",
    context: 1,
    requestId: "r",
    timeoutMs: 60 * days,
  });
  await until("it is there", async () => (await gate.getApproval("r")) !== null);
  expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 100, "waiting"))])).toBe(
    "waiting",
  );
  // Nor does it look all the time: a timer that is too long goes off at once.
  expect(faults.gets).toBeLessThan(20);
  expect(await gate.respondToApproval("r", { approved: true, responder: "ann" })).toMatchObject({
    accepted: true,
  });
  expect(await answer).toMatchObject({ approved: true });
});
