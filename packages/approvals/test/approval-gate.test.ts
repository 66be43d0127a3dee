import {
  ApprovalGate,
  type ApprovalGateOptions,
  type ApprovalToRequest,
  approvalAudit,
} from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import type { JsonValue, Transport } from "@attune/transport";
import { onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";

function gate(transport: Transport, options: Partial<ApprovalGateOptions> = {}): ApprovalGate {
  const made = new ApprovalGate({ transport, agentId: "deployer", ...options });
  onTestFinished(() => made.close());
  return made;
}

const request = (more: Partial<ApprovalToRequest<JsonValue>> = {}) => ({
  approvalType: "deploy",
  context: { service: "api", version: 7 } as JsonValue,
  timeoutMs: 60_000,
  ...more,
});

/** The one request that is pending. */
async function pending(of: ApprovalGate) {
  await until("a request is pending", async () => (await of.getPendingApprovals()).length > 0);
  return (await of.getPendingApprovals())[0]!;
}

async function audited(transport: Transport, requestId: string): Promise<unknown[]> {
  const events = await new EventStreamer({ transport }).getRecentEvents(approvalAudit);
  return events
    .toReversed()
    .flatMap((event) => (event.valid && event.data.request_id === requestId ? [event.data.transition] : []));
}

onEveryStore("an approval", (store) => {
  it("is given by whoever answers first, and wakes the agent with what was said", async () => {
    const one = store();
    const transport = await one.open();
    const asking = gate(transport);
    const deciding = gate(await one.open(), { agentId: undefined });
    const answer = asking.requestApproval(request());
    const asked = await pending(deciding);
    expect(asked).toMatchObject({
      approvalType: "deploy",
      agentId: "deployer",
      context: { service: "api", version: 7 },
      state: "pending",
      requiredApprovals: 1,
      approvals: [],
      allowedResponders: null,
      onTimeout: "reject",
      escalated: false,
    });
    expect(asked.expiresAt.getTime() - asked.requestedAt.getTime()).toBe(60_000);
    expect(
      await deciding.respondToApproval(asked.requestId, { approved: true, responder: "ann", reason: "fine" }),
    ).toEqual({ accepted: true, state: "approved", refusal: null });
    expect(await answer).toMatchObject({
      requestId: asked.requestId,
      approved: true,
      responder: "ann",
      reason: "fine",
      state: "approved",
      context: { service: "api", version: 7 },
      edited: false,
    });
    expect((await answer).respondedAt).toBeInstanceOf(Date);
    // Late, twice, unknown: told so, and nothing changes.
    expect(await deciding.respondToApproval(asked.requestId, { approved: false, responder: "bob" })).toEqual({
      accepted: false,
      state: "approved",
      refusal: "decided",
    });
    expect(await deciding.respondToApproval(asked.requestId, { approved: true, responder: "ann" })).toEqual({
      accepted: false,
      state: "approved",
      refusal: "decided",
    });
    expect(await deciding.respondToApproval("nobody-asked", { approved: true, responder: "ann" })).toEqual({
      accepted: false,
      state: "unknown",
      refusal: "not-found",
    });
    expect(await deciding.getApproval(asked.requestId)).toMatchObject({ state: "approved" });
    expect(await deciding.getPendingApprovals()).toEqual([]);
    await Promise.all([asking.close(), deciding.close()]);
    expect(await audited(transport, asked.requestId)).toEqual(["requested", "approved"]);
  });

  it("is refused, with the reason", async () => {
    const transport = await store().open();
    const asking = gate(transport);
    const answer = asking.requestApproval(request());
    const { requestId } = await pending(asking);
    await asking.respondToApproval(requestId, {
      approved: false,
      responder: "ann",
      reason: "not on a Friday",
    });
    expect(await answer).toMatchObject({
      approved: false,
      responder: "ann",
      reason: "not on a Friday",
      state: "rejected",
    });
  });

  it("of two at once one is accepted, and both are told the same end", async () => {
    const one = store();
    const transport = await one.open();
    const asking = gate(transport);
    const [ann, bob] = [gate(await one.open()), gate(await one.open())];
    for (let time = 0; time < 10; time++) {
      const answer = asking.requestApproval(request());
      const { requestId } = await pending(ann);
      const told = await Promise.all([
        ann.respondToApproval(requestId, { approved: true, responder: "ann" }),
        bob.respondToApproval(requestId, { approved: false, responder: "bob" }),
      ]);
      expect(told.filter(({ accepted }) => accepted)).toHaveLength(1);
      expect(new Set(told.map(({ state }) => state)).size).toBe(1);
      expect((await answer).state).toBe(told[0].state);
    }
  });

  it("lists what is pending, oldest first, by type", async () => {
    const transport = await store().open();
    const asking = gate(transport);
    const controller = new AbortController();
    const answers: Promise<unknown>[] = [];
    for (const approvalType of ["deploy", "delete", "deploy"]) {
      answers.push(asking.requestApproval(request({ approvalType, signal: controller.signal })));
      await until("it is there", async () => (await asking.getPendingApprovals()).length === answers.length);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const all = await asking.getPendingApprovals();
    expect(all.map(({ approvalType }) => approvalType)).toEqual(["deploy", "delete", "deploy"]);
    expect(await asking.getPendingApprovals({ approvalType: "delete" })).toHaveLength(1);
    controller.abort(new Error("not needed any more"));
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({
        approved: false,
        responder: "system",
        state: "cancelled",
        reason: "taken back: not needed any more",
      });
    }
    expect(await asking.getPendingApprovals()).toEqual([]);
  });

  it("that nobody gives in time is refused, and a late answer is told so", async () => {
    const one = store();
    const transport = await one.open();
    const asking = gate(transport);
    const requestId = "late";
    expect(await asking.requestApproval(request({ requestId, timeoutMs: 50 }))).toMatchObject({
      approved: false,
      responder: "system",
      state: "timeout",
      reason: "nobody decided in time",
    });
    expect(await asking.respondToApproval(requestId, { approved: true, responder: "ann" })).toEqual({
      accepted: false,
      state: "timeout",
      refusal: "decided",
    });
    await asking.close();
    expect(await audited(transport, requestId)).toEqual(["requested", "timeout"]);
  });

  it("outlives the process that asked: another one attaches and hears what was decided meanwhile", async () => {
    const one = store();
    const first = gate(await one.open());
    const other = gate(await one.open());
    void first.requestApproval(request({ requestId: "release-7" }));
    await pending(other);
    // As if its process had been killed: nothing of it is heard again.
    await other.respondToApproval("release-7", { approved: true, responder: "ann" });
    const again = gate(await one.open());
    expect(await again.attach("release-7")).toMatchObject({ approved: true, responder: "ann" });
    // Asking for the same again is the same request.
    expect(await again.requestApproval(request({ requestId: "release-7" }))).toMatchObject({
      approved: true,
    });
    await expect(
      again.requestApproval(request({ requestId: "release-7", context: { service: "db" } })),
    ).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    expect(await again.attach("never-asked")).toBeNull();
    // One that is still open goes on with the time that it had.
    void first.requestApproval(request({ requestId: "release-8", timeoutMs: 150 }));
    await until("it is there", async () => (await other.getApproval("release-8")) !== null);
    const startedAt = performance.now();
    expect(await again.attach("release-8")).toMatchObject({ state: "timeout" });
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("of several is there once so many different ones have given it, and one who refuses is enough", async () => {
    const transport = await store().open();
    const asking = gate(transport);
    const answer = asking.requestApproval(
      request({ requiredApprovals: 2, allowedResponders: ["ann", "bob", "cem", "deployer"] }),
    );
    const { requestId } = await pending(asking);
    const say = (responder: string, approved = true) =>
      asking.respondToApproval(requestId, { approved, responder });
    expect(await say("ann")).toEqual({ accepted: true, state: "pending", refusal: null });
    expect(await say("ann")).toEqual({ accepted: false, state: "pending", refusal: "voted" });
    expect(await say("eve")).toEqual({ accepted: false, state: "pending", refusal: "not-allowed" });
    expect(await say("deployer")).toEqual({ accepted: false, state: "pending", refusal: "self" });
    expect(await asking.getApproval(requestId)).toMatchObject({ approvals: [{ responder: "ann" }] });
    expect(await say("bob")).toEqual({ accepted: true, state: "approved", refusal: null });
    expect(await answer).toMatchObject({ approved: true, responder: "bob" });
    const second = asking.requestApproval(request({ requiredApprovals: 2 }));
    const other = await pending(asking);
    await asking.respondToApproval(other.requestId, { approved: true, responder: "ann" });
    await asking.respondToApproval(other.requestId, { approved: false, responder: "bob", reason: "no" });
    expect(await second).toMatchObject({ approved: false, state: "rejected", responder: "bob" });
  });

  it("is for what was shown: a digest that is out of date does not count, and an edit starts the counting anew", async () => {
    const transport = await store().open();
    const asking = gate(transport);
    const answer = asking.requestApproval(request({ requiredApprovals: 2, requireDigest: true }));
    const { requestId, digest } = await pending(asking);
    const say = (responder: string, more: object) =>
      asking.respondToApproval(requestId, { approved: true, responder, ...more });
    expect(await say("ann", {})).toMatchObject({ accepted: false, refusal: "digest-missing" });
    expect(await say("ann", { digest: "0".repeat(64) })).toMatchObject({
      accepted: false,
      refusal: "digest",
    });
    expect(await say("ann", { digest })).toMatchObject({ accepted: true });
    // Bob approves something else: what Ann has approved is not that.
    expect(await say("bob", { digest, context: { service: "api", version: 6 } })).toMatchObject({
      accepted: true,
      state: "pending",
    });
    expect(await say("cem", { digest })).toMatchObject({ accepted: false, refusal: "digest" });
    const now = await asking.getApproval(requestId);
    expect(now).toMatchObject({ context: { service: "api", version: 6 }, approvals: [{ responder: "bob" }] });
    expect(await say("ann", { digest: now!.digest })).toMatchObject({ accepted: true, state: "approved" });
    expect(await answer).toMatchObject({
      approved: true,
      context: { service: "api", version: 6 },
      edited: true,
    });
  });

  it("escalates to others when its time is over, and ends with theirs", async () => {
    const transport = await store().open();
    const asking = gate(transport);
    const escalating = {
      onTimeout: "escalate",
      escalateTo: ["boss"],
      allowedResponders: ["ann"],
      timeoutMs: 50,
    } as const;
    const answer = asking.requestApproval(request({ ...escalating, escalationTimeoutMs: 60_000 }));
    const { requestId } = await pending(asking);
    await until("it is escalated", async () => (await asking.getApproval(requestId))?.escalated === true);
    expect(await asking.respondToApproval(requestId, { approved: true, responder: "ann" })).toMatchObject({
      accepted: false,
      refusal: "not-allowed",
    });
    expect(await asking.respondToApproval(requestId, { approved: true, responder: "boss" })).toMatchObject({
      accepted: true,
    });
    expect(await answer).toMatchObject({ approved: true, responder: "boss" });
    expect(await asking.requestApproval(request({ ...escalating, escalationTimeoutMs: 50 }))).toMatchObject({
      approved: false,
      state: "timeout",
    });
    expect(await asking.requestApproval(request({ onTimeout: "approve", timeoutMs: 30 }))).toMatchObject({
      approved: true,
      state: "approved",
      responder: "system",
    });
    await asking.close();
    expect(await audited(transport, requestId)).toEqual(["requested", "escalated", "approved"]);
  });

  it("is taken back by its requester, and by the closing of the gate", async () => {
    const one = store();
    const transport = await one.open();
    const asking = gate(transport);
    const other = gate(await one.open());
    const answer = asking.requestApproval(request());
    const { requestId } = await pending(other);
    expect(await other.cancelApproval(requestId, "obsolete")).toBe(true);
    expect(await other.cancelApproval(requestId, "again")).toBe(false);
    expect(await answer).toMatchObject({ approved: false, state: "cancelled", reason: "obsolete" });
    const closing = asking.requestApproval(request());
    const second = await pending(other);
    await asking.close();
    expect(await closing).toMatchObject({
      approved: false,
      state: "cancelled",
      reason: "the gate was closed",
    });
    expect(await other.getApproval(second.requestId)).toMatchObject({ state: "cancelled" });
    await expect(asking.requestApproval(request())).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_CLOSED",
    });
  });

  it("whose requester is gone is ended by whoever clears up", async () => {
    const timeoutMs = 500;
    /** Or `undefined`: its time was over before its requester was gone, on a machine that stood still. */
    async function orphaned(): Promise<ApprovalGate | undefined> {
      const one = store();
      const dying = await one.open();
      const asking = new ApprovalGate({ transport: dying, agentId: "deployer" });
      const startedAt = performance.now();
      void asking.requestApproval(request({ timeoutMs, requestId: "orphan" })).catch(() => {});
      const other = gate(await one.open());
      await until("it is there", async () => (await other.getApproval("orphan")) !== null);
      await dying.close();
      return performance.now() - startedAt < timeoutMs ? other : undefined;
    }
    let other = await orphaned();
    while (!other) other = await orphaned();
    // Nobody looks at it in between: that would end it, too.
    await new Promise((resolve) => setTimeout(resolve, timeoutMs + 100));
    expect(await other.clearExpiredRequests()).toBe(1);
    expect(await other.getApproval("orphan")).toMatchObject({ state: "timeout" });
    expect(await other.clearExpiredRequests()).toBe(0);
  });
});

describe("bad input", () => {
  it("is refused before anything is sent", async () => {
    const { openTransport } = await import("@attune/transport");
    await using transport = await openTransport("memory:");
    const asking = gate(transport);
    const bad: [object, string][] = [
      [{ approvalType: "" }, "approvalType"],
      [{ timeoutMs: 5 }, "timeoutMs"],
      [{ requestId: "a b" }, "requestId"],
      [{ requiredApprovals: 0 }, "requiredApprovals"],
      [{ allowedResponders: [] }, "allowedResponders"],
      [{ allowedResponders: ["a", "a"] }, "allowedResponders"],
      [{ allowedResponders: ["a"], requiredApprovals: 2 }, "allowedResponders"],
      [{ onTimeout: "shrug" }, "onTimeout"],
      [{ onTimeout: "escalate" }, "escalateTo"],
      [{ escalateTo: ["a"] }, "escalateTo"],
      [{ requireDigest: "yes" }, "requireDigest"],
      [{ signal: {} }, "signal"],
    ];
    for (const [wrong, argument] of bad) {
      await expect(asking.requestApproval(request(wrong as never)), argument).rejects.toMatchObject({
        code: "ATTUNE_ARGUMENT_INVALID",
        details: { argument },
      });
    }
    await expect(
      asking.requestApproval({ approvalType: "x", context: new Date() as never }),
    ).rejects.toMatchObject({ code: "ATTUNE_PAYLOAD_NOT_JSON" });
    await expect(
      asking.respondToApproval("x", { approved: 1 as never, responder: "a" }),
    ).rejects.toMatchObject({ details: { argument: "approved" } });
    await expect(asking.respondToApproval("x", { approved: true, responder: "" })).rejects.toMatchObject({
      details: { argument: "responder" },
    });
    await expect(new ApprovalGate({ transport }).requestApproval(request())).rejects.toMatchObject({
      details: { argument: "agentId" },
    });
    expect(() => new ApprovalGate({ keepMs: 1 })).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
    expect(await asking.getPendingApprovals()).toEqual([]);
  });
});
