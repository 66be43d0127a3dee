/** Whoever asks, answers and ends at once: one end, told alike to all. */
import { ApprovalGate, approvalAudit } from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { altered } from "./altered-transport.ts";

const asked = { approvalType: "t", context: { a: 1 }, requestId: "r", timeoutMs: 60_000 };

onEveryStore("races", (store) => {
  it("asked for twice, attached twice, by two processes: all hear the one decision", async () => {
    const one = store();
    const [old, restarted] = await Promise.all(
      [1, 2].map(async () => new ApprovalGate({ transport: await one.open(), agentId: "a" })),
    );
    const answers = [old!.requestApproval(asked), restarted!.requestApproval(asked)];
    await until("it is there", async () => (await old!.getApproval("r")) !== null);
    answers.push(...[old!, old!, restarted!].map((gate) => gate.attach("r").then((answer) => answer!)));
    expect(await restarted!.getPendingApprovals()).toHaveLength(1);
    await restarted!.respondToApproval("r", { approved: true, responder: "ann" });
    expect((await Promise.all(answers)).map(({ responder }) => responder)).toEqual(Array(5).fill("ann"));
    await Promise.all([old!.close(), restarted!.close()]);
    const events = await new EventStreamer({ transport: await one.open() }).getRecentEvents(approvalAudit);
    expect(events.map((event) => event.valid && event.data.transition)).toEqual(["approved", "requested"]);
  });

  it("answers, a cancellation and the deadline at once: one end, which all are told", async () => {
    const one = store();
    const asking = new ApprovalGate({ transport: await one.open(), agentId: "a" });
    const gates = await Promise.all(
      [1, 2, 3].map(async () => new ApprovalGate({ transport: await one.open() })),
    );
    const ends = new Set<string>();
    for (let time = 0; time < 15; time++) {
      const requestId = `r${time}`;
      const answer = asking.requestApproval({ ...asked, requestId, timeoutMs: 40 });
      await until("it is there", async () => (await gates[0]!.getApproval(requestId)) !== null);
      await new Promise((resolve) => setTimeout(resolve, 28 + time));
      const [ann, bob, taken] = await Promise.all([
        gates[0]!.respondToApproval(requestId, { approved: true, responder: "ann" }),
        gates[1]!.respondToApproval(requestId, { approved: false, responder: "bob" }),
        gates[2]!.cancelApproval(requestId),
      ]);
      const end = await answer;
      ends.add(end.state);
      expect([ann.accepted, bob.accepted, taken, end.state === "timeout"].filter(Boolean)).toHaveLength(1);
      expect([ann.state, bob.state]).toEqual([end.state, end.state]);
      expect(end.approved).toBe(ann.accepted);
    }
    expect(ends.size).toBeGreaterThan(0);
  });

  it("of votes at once none is lost, and none counts for another context", async () => {
    const one = store();
    const asking = new ApprovalGate({ transport: await one.open(), agentId: "a" });
    const gates = await Promise.all(
      Array.from({ length: 6 }, async () => new ApprovalGate({ transport: await one.open() })),
    );
    const answer = asking.requestApproval({ ...asked, requiredApprovals: 6 });
    await until("it is there", async () => (await gates[0]!.getApproval("r")) !== null);
    const told = await Promise.all(
      gates.map((gate, n) => gate.respondToApproval("r", { approved: true, responder: `p${n}` })),
    );
    expect(told.every(({ accepted }) => accepted)).toBe(true);
    expect(told.filter(({ state }) => state === "approved")).toHaveLength(1);
    expect(await answer).toMatchObject({ approved: true });
    // Who says nothing of what he saw does not approve what somebody has put in its place meanwhile.
    const second = asking.requestApproval({ ...asked, requestId: "s", requiredApprovals: 2 });
    await until("it is there", async () => (await gates[0]!.getApproval("s")) !== null);
    await gates[0]!.respondToApproval("s", { approved: true, responder: "p0", context: { a: 2 } });
    expect(await gates[1]!.respondToApproval("s", { approved: true, responder: "p1" })).toEqual({
      accepted: false,
      state: "pending",
      refusal: "digest-missing",
    });
    // A "no" needs no digest: it is one to both.
    expect(await gates[1]!.respondToApproval("s", { approved: false, responder: "p1" })).toMatchObject({
      accepted: true,
    });
    expect(await second).toMatchObject({ state: "rejected" });
  });

  it("who watches for another agent ends only his watching", async () => {
    const one = store();
    const asking = new ApprovalGate({ transport: await one.open(), agentId: "a" });
    const watching = new ApprovalGate({ transport: await one.open() });
    const answer = asking.requestApproval(asked);
    await until("it is there", async () => (await watching.getApproval("r")) !== null);
    const stop = new AbortController();
    const watched = [watching.attach("r", { signal: stop.signal }), watching.attach("r")];
    stop.abort();
    expect(await watched[0]).toBeNull();
    await watching.close();
    expect(await watched[1]).toBeNull();
    expect(await asking.getApproval("r")).toMatchObject({ state: "pending" });
    await asking.respondToApproval("r", { approved: true, responder: "ann" });
    expect(await answer).toMatchObject({ approved: true });
  });

  it("what is escalated while its requester is gone is shown to those it is escalated to", async () => {
    const one = store();
    const dying = await one.open();
    const asking = new ApprovalGate({ transport: dying, agentId: "a" });
    void asking.requestApproval({
      ...asked,
      timeoutMs: 40,
      onTimeout: "escalate",
      escalateTo: ["boss", "a"],
      escalationTimeoutMs: 60_000,
    });
    const other = new ApprovalGate({ transport: await one.open() });
    await until("it is there", async () => (await other.getApproval("r")) !== null);
    await dying.close();
    await until("it is escalated", async () => (await other.getPendingApprovals())[0]?.escalated === true);
    expect(await other.respondToApproval("r", { approved: true, responder: "a" })).toMatchObject({
      refusal: "self",
    });
    expect(await other.respondToApproval("r", { approved: true, responder: "boss" })).toMatchObject({
      accepted: true,
      state: "approved",
    });
  });
});

it("a put wakes 500 who wait in a process, and they look together", async () => {
  // Time stands still: nobody looks by himself, as all do once in a while.
  const clock = manualClock();
  const base = await createMemoryTransport({ clock });
  onTestFinished(() => base.close());
  const { transport, faults } = altered(base);
  const asking = new ApprovalGate({ transport, agentId: "a" });
  const answers = Array.from({ length: 500 }, (_, n) =>
    asking.requestApproval({ ...asked, requestId: `r${n}` }),
  );
  const deciding = new ApprovalGate({ transport: base });
  await until("all are there", async () => (await deciding.getPendingApprovals()).length === 500);
  await clock.advance(0);
  faults.gets = 0;
  await deciding.respondToApproval("r7", { approved: true, responder: "ann" });
  await answers[7];
  expect(faults.gets).toBeLessThanOrEqual(5);
  await asking.close();
  expect((await Promise.all(answers)).filter(({ state }) => state === "cancelled")).toHaveLength(499);
});

it("10,000 are listed in one pass, and cleared with a read for every hundred", async () => {
  const clock = manualClock();
  const store = new MemoryStore({ clock });
  const [dying, base] = await Promise.all([1, 2].map(() => createMemoryTransport({ store, clock })));
  onTestFinished(() => base!.close());
  const { transport, faults } = altered(base!);
  const asking = new ApprovalGate({ transport: dying!, agentId: "a" });
  const answers = Array.from({ length: 10_000 }, (_, n) =>
    asking.requestApproval({ ...asked, requestId: `r${n}` }),
  );
  const looking = new ApprovalGate({ transport });
  await until("all are there", async () => (await looking.getPendingApprovals()).length === 10_000);
  Object.assign(faults, { gets: 0, lists: 0 });
  await looking.getPendingApprovals();
  expect(faults).toMatchObject({ gets: 0, lists: 1 });
  await dying!.close();
  expect(new Set((await Promise.all(answers)).map(({ reason }) => reason))).toEqual(
    new Set(["the transport was closed"]),
  );
  await clock.advance(60_001);
  Object.assign(faults, { gets: 0, lists: 0 });
  expect(await looking.clearExpiredRequests()).toBe(10_000);
  expect(faults).toMatchObject({ gets: 100, lists: 1 });
  expect(await looking.clearExpiredRequests()).toBe(0);
  expect(await looking.getApproval("r7")).toMatchObject({ state: "timeout" });
}, 60_000);
