/** Approvals over HTTP, on every store: what waits, what was decided, deciding it, and what does not count. */
import { ApprovalGate, type ApprovalResponse } from "@attune/approvals";
import { openTransport, type Transport } from "@attune/transport";
import { onEveryStore } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { runDashboard } from "../running-dashboard.ts";
import { eventually } from "./eventually.ts";

type Asked = Parameters<ApprovalGate["requestApproval"]>[0];

function askerOn(transport: Transport, agentId = "deployer") {
  const gate = new ApprovalGate({ transport, agentId });
  onTestFinished(() => gate.close());
  return (requestId: string, more: Partial<Asked> = {}): Promise<ApprovalResponse> =>
    gate.requestApproval({
      approvalType: "deploy",
      context: { version: requestId },
      timeoutMs: 600_000,
      ...more,
      requestId,
    });
}

onEveryStore("approvals", (store) => {
  it("are listed, looked at and decided; who asked hears it, and the audit keeps who decided what, and why", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const ask = askerOn(transport);
    const answers = ["r1", "r2", "r3"].map(async (id) => {
      const answer = ask(id);
      await eventually(
        "it is asked",
        async () => (await dashboard.get(`/api/approvals/${id}`)).status === 200,
      );
      return { answer };
    });
    await Promise.all(answers);
    const pending = async (query = "") => (await dashboard.get(`/api/approvals?limit=2${query}`)).json;
    const first = await pending();
    expect(first).toMatchObject({ total: 3, decided: [], complete: true });
    const second = await pending(`&cursor=${first.next_cursor}`);
    expect([...first.approvals, ...second.approvals].map(({ request_id }) => request_id).sort()).toEqual([
      "r1",
      "r2",
      "r3",
    ]);
    expect(second.next_cursor).toBeNull();
    expect((await pending("&type=other")).total).toBe(0);

    const shown = (await dashboard.get("/api/approvals/r1")).json.approval;
    expect(shown).toMatchObject({ state: "pending", context: { version: "r1" }, decision: null });
    const approve = await dashboard.post("/api/approvals/r1/approve", {
      reason: "tested",
      digest: shown.digest,
    });
    expect([approve.status, approve.json]).toEqual([
      200,
      { accepted: true, request_id: "r1", approved: true, responder: "dashboard", state: "approved" },
    ]);
    expect(await (await answers[0]!).answer).toMatchObject({
      approved: true,
      responder: "dashboard",
      reason: "tested",
    });
    const reject = await dashboard.post("/api/approvals/r2/reject", { reason: "no <img>", responder: "ana" });
    expect(reject.json).toMatchObject({
      accepted: true,
      approved: false,
      responder: "ana",
      state: "rejected",
    });
    expect(await (await answers[1]!).answer).toMatchObject({
      approved: false,
      responder: "ana",
      reason: "no <img>",
    });

    await eventually(
      "the audit tells",
      async () => (await dashboard.get("/api/approvals?state=decided")).json.decided.length === 2,
    );
    const { decided } = (await dashboard.get("/api/approvals?state=decided&limit=1")).json;
    expect(decided).toMatchObject([
      {
        request_id: "r2",
        state: "rejected",
        responder: "ana",
        reason: "no <img>",
        agent_id: "deployer",
        context: { version: "r2" },
      },
    ]);
    expect((await dashboard.get("/api/approvals")).json.total).toBe(1);
    const looked = (await dashboard.get("/api/approvals/r2")).json;
    expect(looked.approval).toMatchObject({
      state: "rejected",
      decision: { approved: false, responder: "ana" },
    });
    expect(looked.transitions.map(({ transition }: { transition: string }) => transition)).toEqual([
      "requested",
      "rejected",
    ]);
  });

  it("decided before, by the agent itself, with another digest, or unknown: nothing changes, and it is told which", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const ask = askerOn(transport);
    const asked = [
      ask("plain"),
      ask("two", { requiredApprovals: 2 }),
      ask("few", { allowedResponders: ["ana", "bo"] }),
      ask("strict", { requireDigest: true }),
    ];
    await eventually("all are asked", async () => (await dashboard.get("/api/approvals")).json.total === 4);
    const refusal = async (id: string, body: object, what = "approve") => {
      const { status, json } = await dashboard.post(`/api/approvals/${id}/${what}`, body);
      return [status, json.error?.code, json.refusal, json.state];
    };
    expect(await refusal("plain", { responder: "deployer" })).toEqual([
      409,
      "APPROVAL_SELF",
      "self",
      "pending",
    ]);
    expect(await refusal("plain", { digest: "0".repeat(64) })).toEqual([
      409,
      "APPROVAL_DIGEST",
      "digest",
      "pending",
    ]);
    expect(await refusal("strict", {})).toEqual([
      409,
      "APPROVAL_DIGEST_MISSING",
      "digest-missing",
      "pending",
    ]);
    expect(await refusal("few", {})).toEqual([409, "APPROVAL_NOT_ALLOWED", "not-allowed", "pending"]);
    expect((await dashboard.post("/api/approvals/two/approve", { responder: "ana" })).json).toMatchObject({
      accepted: true,
      state: "pending",
    });
    expect(await refusal("two", { responder: "ana" })).toEqual([409, "APPROVAL_VOTED", "voted", "pending"]);
    // One person does not count as two by a blank or by what cannot be seen.
    expect(await refusal("two", { responder: " ana\n" })).toEqual([
      409,
      "APPROVAL_VOTED",
      "voted",
      "pending",
    ]);
    for (const responder of ["ana\u200b", "\u202eana", "an\u0000a", " "]) {
      const { status, json } = await dashboard.post("/api/approvals/two/approve", { responder });
      expect([responder, status, json.error.code]).toEqual([responder, 400, "REQUEST_INVALID"]);
    }
    for (const id of ["nobody", "..", "a%2Fb", "%00", "x".repeat(65)]) {
      expect((await refusal(id, {}))[0], id).toBe(404);
    }
    expect((await dashboard.get("/api/approvals/nobody")).status).toBe(404);
    expect(await dashboard.post("/api/approvals/plain/reject", { reason: "first" })).toMatchObject({
      status: 200,
    });
    const late = await dashboard.post("/api/approvals/plain/approve", {});
    expect([late.status, late.json]).toMatchObject([
      409,
      {
        accepted: false,
        refusal: "decided",
        state: "rejected",
        decision: { responder: "dashboard", reason: "first" },
      },
    ]);
    await dashboard.post("/api/approvals/two/reject", {});
    await dashboard.post("/api/approvals/few/reject", { responder: "bo" });
    await dashboard.post("/api/approvals/strict/reject", {
      digest: (await dashboard.get("/api/approvals/strict")).json.approval.digest,
    });
    expect((await Promise.all(asked)).map(({ state }) => state)).toEqual(Array(4).fill("rejected"));
  });

  it("of twenty answers at once one counts", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const answer = askerOn(transport)("once");
    await eventually("it is asked", async () => (await dashboard.get("/api/approvals")).json.total === 1);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        dashboard.post(`/api/approvals/once/${n % 2 ? "approve" : "reject"}`, { responder: `p${n}` }),
      ),
    );
    const accepted = all.filter(({ status }) => status === 200);
    expect(accepted).toHaveLength(1);
    expect(all.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await answer).toMatchObject({
      responder: accepted[0]!.json.responder,
      state: accepted[0]!.json.state,
    });
  });

  it("come with an earlier one to compare with: of the same type and agent, else of the type", async () => {
    const transport = await store().open();
    const dashboard = await runDashboard({ transport });
    const previousOf = async (id: string) => (await dashboard.get(`/api/approvals/${id}`)).json.previous;
    const asked: Promise<ApprovalResponse>[] = [];
    const step = async (agent: string, id: string, more: Partial<Asked> = {}) => {
      asked.push(askerOn(transport, agent)(id, more));
      await eventually("it is in the audit", async () => {
        const { status, json } = await dashboard.get(`/api/approvals/${id}`);
        return status === 200 && json.transitions.length === 1;
      });
    };
    await step("a", "a1");
    expect(await previousOf("a1")).toBeNull();
    await step("b", "b1");
    expect(await previousOf("b1")).toMatchObject({
      request_id: "a1",
      agent_id: "a",
      state: "pending",
      context: { version: "a1" },
    });
    await step("c", "other", { approvalType: "delete" });
    expect(await previousOf("other")).toBeNull();
    await step("a", "a2");
    expect(await previousOf("a2")).toMatchObject({ request_id: "a1" });
    await dashboard.post("/api/approvals/a1/approve", { reason: "fine" });
    await eventually(
      "its end is in the audit, too",
      async () => (await previousOf("a2")).state === "approved",
    );
    expect(await previousOf("a2")).toMatchObject({
      request_id: "a1",
      responder: "dashboard",
      reason: "fine",
    });
    await step("b", "b2");
    expect(await previousOf("b2")).toMatchObject({ request_id: "b1" });
  });
});

it("a request whose record is forgotten is told as far as the audit knows", async () => {
  await using transport = await openTransport("memory:");
  const dashboard = await runDashboard({ transport });
  const answer = askerOn(transport)("gone");
  await eventually("it is asked", async () => (await dashboard.get("/api/approvals")).json.total === 1);
  await dashboard.post("/api/approvals/gone/reject", { reason: "because", responder: "ana" });
  await answer;
  await eventually(
    "it is in the audit",
    async () => (await dashboard.get("/api/approvals?state=decided")).json.decided.length === 1,
  );
  await transport.records.delete("approval", "gone");
  const { status, json } = await dashboard.get("/api/approvals/gone");
  expect(status).toBe(200);
  expect(json.approval).toMatchObject({
    request_id: "gone",
    state: "rejected",
    context: { version: "gone" },
    required_approvals: null,
    decision: { approved: false, responder: "ana", reason: "because" },
  });
});
