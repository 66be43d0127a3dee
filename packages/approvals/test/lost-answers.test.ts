/** Puts that are carried out and whose answers are lost: whoever made them knows them again, and the audit has each once. */
import { ApprovalGate, approvalAudit } from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import type { Clock, Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { altered } from "./altered-transport.ts";

const asked = { approvalType: "t", context: { a: 1 }, requestId: "r", timeoutMs: 60_000 };

async function world(options: { readonly clock?: Clock; readonly operationTimeoutMs?: number } = {}) {
  const store = new MemoryStore(options);
  const open = async () => {
    const transport = await createMemoryTransport({ store, logger: loggerInto([]), ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  const { transport, faults } = altered(await open());
  return { store, open, transport, faults, plain: await open() };
}

async function audited(transport: Transport): Promise<string[]> {
  const events = await new EventStreamer({ transport }).getRecentEvents(approvalAudit);
  return events.toReversed().flatMap((event) => (event.valid ? [event.data.transition] : []));
}

it("a request goes on", async () => {
  const { transport, faults, plain } = await world();
  const asking = new ApprovalGate({ transport, agentId: "a" });
  faults.losePuts = 1;
  const answer = asking.requestApproval(asked);
  const deciding = new ApprovalGate({ transport: plain });
  await until("it is there", async () => (await deciding.getApproval("r")) !== null);
  await deciding.respondToApproval("r", { approved: true, responder: "ann" });
  expect(await answer).toMatchObject({ approved: true, responder: "ann" });
  await Promise.all([asking.close(), deciding.close()]);
  expect(await audited(plain)).toEqual(["requested", "approved"]);
});

it("a response is accepted, and so is a vote", async () => {
  const { transport, faults, plain } = await world();
  const asking = new ApprovalGate({ transport: plain, agentId: "a" });
  const deciding = new ApprovalGate({ transport });
  const answer = asking.requestApproval({ ...asked, requiredApprovals: 2 });
  await until("it is there", async () => (await deciding.getApproval("r")) !== null);
  for (const [responder, state] of [
    ["ann", "pending"],
    ["bob", "approved"],
  ] as const) {
    faults.losePuts = 1;
    expect(await deciding.respondToApproval("r", { approved: true, responder })).toEqual({
      accepted: true,
      state,
      refusal: null,
    });
  }
  expect(await answer).toMatchObject({ approved: true });
  await Promise.all([asking.close(), deciding.close()]);
  expect(await audited(plain)).toEqual(["requested", "voted", "approved"]);
});

it("a timeout, an escalation and a cancellation are in the audit, once", async () => {
  const clock = manualClock();
  const { transport, faults, plain } = await world({ clock });
  const asking = new ApprovalGate({ transport, agentId: "a" });
  const escalating = { onTimeout: "escalate", escalateTo: ["boss"], timeoutMs: 30 } as const;
  const answer = asking.requestApproval({ ...asked, ...escalating });
  await until("it is there", async () => (await asking.getApproval("r")) !== null);
  faults.losePuts = 2;
  await clock.advance(60);
  expect(await answer).toMatchObject({ state: "timeout" });
  expect(faults.losePuts).toBe(0);
  const second = asking.requestApproval({ ...asked, requestId: "s" });
  await until("it is there", async () => (await asking.getApproval("s")) !== null);
  faults.losePuts = 1;
  expect(await asking.cancelApproval("s")).toBe(true);
  // The same reason again is not the same cancellation.
  expect(await asking.cancelApproval("s")).toBe(false);
  expect(await second).toMatchObject({ state: "cancelled" });
  await asking.close();
  expect((await audited(plain)).toSorted()).toEqual(
    ["requested", "escalated", "timeout", "requested", "cancelled"].toSorted(),
  );
});

it("an end that somebody else gives is in the audit, the requester being gone", async () => {
  const { transport, faults, plain, open } = await world();
  const dying = await open();
  const asking = new ApprovalGate({ transport: dying, agentId: "a" });
  void asking.requestApproval(asked);
  void asking.requestApproval({ ...asked, requestId: "s", timeoutMs: 30 });
  const other = new ApprovalGate({ transport });
  await until("both are there", async () => (await other.getApproval("s")) !== null);
  await dying.close();
  faults.losePuts = 1;
  expect(await other.cancelApproval("r")).toBe(true);
  faults.losePuts = 1;
  await until("its time is over", async () => (await other.getApproval("s"))?.state === "timeout");
  await other.close();
  expect((await audited(plain)).toSorted()).toEqual(["cancelled", "requested", "requested", "timeout"]);
});

it("an entry of the audit whose answer was lost is there once, and one that could not be written follows when the store is back", async () => {
  const { store, transport, faults, plain } = await world();
  const gate = new ApprovalGate({ transport, agentId: "a" });
  faults.loseAppends = 1;
  const answer = gate.requestApproval(asked);
  await until("it is told", async () => (await audited(plain)).length > 0);
  faults.refuseAppends = true;
  await gate.respondToApproval("r", { approved: true, responder: "ann" });
  expect(await answer).toMatchObject({ approved: true });
  faults.refuseAppends = false;
  expect(await audited(plain)).toEqual(["requested"]);
  store.simulateOutage()();
  await gate.close();
  expect(await audited(plain)).toEqual(["requested", "approved"]);
});

it("what the responder did not live to tell the audit, the requester tells", async () => {
  const { transport, plain } = await world();
  const asking = new ApprovalGate({ transport: plain, agentId: "a" });
  const answer = asking.requestApproval(asked);
  await until("it is there", async () => (await asking.getApproval("r")) !== null);
  // As if its process had died right after the put: nothing that it publishes arrives.
  const dying = altered(transport).transport;
  const mute = { ...dying, streams: { ...dying.streams, append: () => new Promise<never>(() => {}) } };
  const deciding = new ApprovalGate({ transport: mute });
  await deciding.respondToApproval("r", { approved: true, responder: "ann" });
  expect(await answer).toMatchObject({ approved: true });
  await asking.close();
  expect(await audited(plain)).toEqual(["requested", "approved"]);
});

it("a store that is there and refuses every put is asked a few times, and told of", async () => {
  const clock = manualClock();
  const { transport, faults, plain } = await world({ clock });
  const asking = new ApprovalGate({ transport: plain, agentId: "a" });
  const stuck = new ApprovalGate({ transport, agentId: "b" });
  const waiting = asking.requestApproval({ ...asked, timeoutMs: 200 });
  await until("it is there", async () => (await stuck.getApproval("r")) !== null);
  faults.refusePuts = true;
  faults.puts = 0;
  expect(await stuck.respondToApproval("r", { approved: true, responder: "ann" })).toMatchObject({
    accepted: false,
    refusal: "unavailable",
  });
  expect(await stuck.requestApproval({ ...asked, requestId: "s" })).toMatchObject({ approved: false });
  expect(faults.puts).toBeLessThan(15);
  await clock.advance(200);
  expect(await waiting).toMatchObject({ state: "timeout" });
});

it("a requester whose store refuses every put at the deadline ends, not approved", async () => {
  const clock = manualClock();
  const operationTimeoutMs = 200;
  const { transport, faults } = await world({ clock, operationTimeoutMs });
  const asking = new ApprovalGate({ transport, agentId: "a" });
  const answer = asking.requestApproval({ ...asked, timeoutMs: 50, onTimeout: "approve" });
  await until("it is there", async () => (await asking.getApproval("r")) !== null);
  faults.refusePuts = true;
  faults.puts = 0;
  await clock.advance(50 + operationTimeoutMs + 100);
  expect(await answer).toMatchObject({ approved: false, state: "timeout", responder: "system" });
  expect(faults.puts).toBeLessThan(100);
});
