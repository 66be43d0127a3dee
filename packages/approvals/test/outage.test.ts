/** A store that goes away, aborts and closings at every moment: not approved, with the reason, and soon. */
import { setTimeout as sleep } from "node:timers/promises";
import { ApprovalGate } from "@attune/approvals";
import { AttuneError, transportWith } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";

const asked = { approvalType: "t", context: 1, requestId: "r", timeoutMs: 60_000 };

async function world(options: object = {}) {
  const store = new MemoryStore();
  const warnings: string[] = [];
  const open = async () => {
    const transport = await createMemoryTransport({ store, logger: loggerInto(warnings), ...options });
    onTestFinished(() => transport.close());
    return transport;
  };
  return { store, warnings, open };
}

for (const how of ["abort", "close", "close of the transport"] as const) {
  it(`${how}: at any step it is not approved, says why, and leaves nothing pending that could be told`, async () => {
    const { open } = await world();
    const observer = new ApprovalGate({ transport: await open() });
    for (let steps = 0; steps < 25; steps++) {
      const transport = await open();
      const gate = new ApprovalGate({ transport, agentId: "a" });
      const stop = new AbortController();
      const requestId = `r${steps}`;
      const answer = gate.requestApproval({ ...asked, requestId, signal: stop.signal });
      for (let step = 0; step < steps; step++) await null;
      if (how === "abort") stop.abort("enough");
      else if (how === "close") void gate.close();
      else void transport.close();
      const end = await answer;
      expect(end).toMatchObject({ approved: false, responder: "system", state: "cancelled" });
      expect(end.reason).toMatch(/enough|the gate was closed|the transport was closed|could not be reached/);
      await gate.close();
      if (how !== "close of the transport") {
        expect((await observer.getApproval(requestId))?.state ?? "cancelled").toBe("cancelled");
      }
    }
  });
}

it("closing while the store does not answer settles in the time of an operation or two", {
  timeout: 20_000,
}, async () => {
  const { open } = await world({ operationTimeoutMs: 100 });
  const base = await open();
  let hanging = false;
  // As a transport answers whose store does not, and is not known to be away.
  const slow =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (!hanging) return call(...args);
      await sleep(100);
      throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "No answer.");
    };
  const { records } = base;
  const transport = transportWith(base, {
    records: { ...records, get: slow(records.get), put: slow(records.put) },
  });
  const gate = new ApprovalGate({ transport, agentId: "a" });
  const answers = Array.from({ length: 100 }, (_, n) =>
    gate.requestApproval({ ...asked, requestId: `r${n}` }),
  );
  await until("they are there", async () => (await gate.getPendingApprovals()).length === 100);
  hanging = true;
  const startedAt = performance.now();
  await gate.close();
  // One after the other they would take ten seconds at least.
  expect(performance.now() - startedAt).toBeLessThan(7000);
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({ approved: false, state: "cancelled", reason: "the gate was closed" });
  }
});

it("closing while the store is known to be away settles at once", async () => {
  const { store, open } = await world();
  const gate = new ApprovalGate({ transport: await open(), agentId: "a" });
  const answer = gate.requestApproval(asked);
  await until("it is there", async () => (await gate.getApproval("r")) !== null);
  store.simulateOutage();
  await gate.close();
  expect(await answer).toMatchObject({ approved: false, reason: "the gate was closed" });
  await gate.close();
});

it("aborted while the store is away, it is taken back once the store is there, unless it is asked for again", async () => {
  const { store, open } = await world();
  const gate = new ApprovalGate({ transport: await open(), agentId: "a" });
  const observer = new ApprovalGate({ transport: await open() });
  const give = async (requestId: string) => {
    const stop = new AbortController();
    const answer = gate.requestApproval({ ...asked, requestId, signal: stop.signal });
    await until("it is there", async () => (await observer.getApproval(requestId)) !== null);
    const back = store.simulateOutage();
    stop.abort();
    expect(await answer).toMatchObject({ approved: false, state: "cancelled" });
    return back;
  };
  (await give("r"))();
  await until("it is taken back", async () => (await observer.getApproval("r"))?.state === "cancelled");
  const back = await give("s");
  // Asked for again while the store is away: told so, and what was never sent is not taken back either.
  expect(await gate.requestApproval({ ...asked, requestId: "s" })).toMatchObject({ approved: false });
  back();
  const again = gate.requestApproval({ ...asked, requestId: "s" });
  await observer.respondToApproval("s", { approved: true, responder: "ann" });
  expect(await again).toMatchObject({ approved: true });
});

it("asked for while the store was away, the same id may be asked for when it is back", async () => {
  const { store, open } = await world();
  const gate = new ApprovalGate({ transport: await open(), agentId: "a" });
  const back = store.simulateOutage();
  expect(await gate.requestApproval(asked)).toMatchObject({ approved: false, state: "cancelled" });
  back();
  const answer = gate.requestApproval(asked);
  await until("it is there", async () => (await gate.getApproval("r")) !== null);
  await gate.respondToApproval("r", { approved: true, responder: "ann" });
  expect(await answer).toMatchObject({ approved: true });
});

it("a hundred gates tell of an outage once", async () => {
  const { store, open, warnings } = await world();
  const transport = await open();
  const gates = Array.from({ length: 100 }, (_, n) => new ApprovalGate({ transport, agentId: `a${n}` }));
  const answers = gates.map((gate, n) => gate.requestApproval({ ...asked, requestId: `r${n}` }));
  await until("they are there", async () => (await gates[0]!.getPendingApprovals()).length === 100);
  const back = store.simulateOutage();
  await Promise.all(gates.map((gate) => gate.getPendingApprovals()));
  expect(warnings).toEqual([expect.stringContaining("ApprovalGate")]);
  back();
  await Promise.all(gates.map((gate) => gate.close()));
  await Promise.all(answers);
  expect(warnings).toHaveLength(2);
});

it('onUnavailable "throw": lists and looks reject, asking and answering tell by their result', async () => {
  const { store, open } = await world({ onUnavailable: "throw" });
  const gate = new ApprovalGate({ transport: await open(), agentId: "a" });
  store.simulateOutage();
  const unavailable = { code: "ATTUNE_TRANSPORT_UNAVAILABLE" };
  await expect(gate.getPendingApprovals()).rejects.toMatchObject(unavailable);
  await expect(gate.getApproval("r")).rejects.toMatchObject(unavailable);
  await expect(gate.attach("r")).rejects.toMatchObject(unavailable);
  await expect(gate.cancelApproval("r")).rejects.toMatchObject(unavailable);
  await expect(gate.clearExpiredRequests()).rejects.toMatchObject(unavailable);
  expect(await gate.requestApproval(asked)).toMatchObject({ approved: false });
  expect(await gate.respondToApproval("r", { approved: true, responder: "ann" })).toMatchObject({
    refusal: "unavailable",
  });
});

it("on a closed transport every call is told so", async () => {
  const { open } = await world();
  const transport = await open();
  const gate = new ApprovalGate({ transport, agentId: "a" });
  await transport.close();
  const closed = { code: "ATTUNE_TRANSPORT_CLOSED" };
  await expect(gate.requestApproval(asked)).rejects.toMatchObject(closed);
  await expect(gate.getApproval("r")).rejects.toMatchObject(closed);
  await expect(gate.getPendingApprovals()).rejects.toMatchObject(closed);
  await expect(gate.respondToApproval("r", { approved: true, responder: "ann" })).rejects.toMatchObject(
    closed,
  );
  await gate.close();
});

it("nothing is left behind: no timers, no listeners", async () => {
  const clock = manualClock();
  const base = await createMemoryTransport({ clock });
  onTestFinished(() => base.close());
  let listening = 0;
  const transport = {
    ...base,
    get status() {
      return base.status;
    },
    onStatus: (listener: (status: never) => void) => {
      listening++;
      const stop = base.onStatus(listener as never);
      return () => {
        listening--;
        stop();
      };
    },
  } as typeof base;
  const gate = new ApprovalGate({ transport, agentId: "a" });
  const stop = new AbortController();
  const answers = Array.from({ length: 10 }, (_, n) =>
    gate.requestApproval({
      ...asked,
      requestId: `r${n}`,
      timeoutMs: n < 3 ? 100 : 60_000,
      signal: stop.signal,
    }),
  );
  await clock.advance(200);
  await gate.respondToApproval("r5", { approved: true, responder: "ann" });
  stop.abort();
  await gate.close();
  await Promise.all(answers);
  await clock.advance(10_000);
  expect({ timers: clock.pendingTimers, listening }).toEqual({ timers: 0, listening: 0 });
});
