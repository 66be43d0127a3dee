import { ApprovalGate } from "@attune/approvals";
import { defaultTransport } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

const asked = { approvalType: "t", context: { a: 1 }, requestId: "r" };

it("gates without a transport share one, opened from ATTUNE_URL on first use", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const [asking, deciding] = [new ApprovalGate({ agentId: "a" }), new ApprovalGate()];
  const request = { ...asked, context: { a: 1 } };
  const answer = asking.requestApproval(request);
  // What the caller does with his object while the transport is being opened changes nothing.
  request.context.a = 2;
  await until("it is there", async () => (await deciding.getPendingApprovals()).length === 1);
  await deciding.respondToApproval("r", { approved: true, responder: "ann" });
  expect(await answer).toMatchObject({ approved: true, context: { a: 1 } });
  await Promise.all([asking.close(), deciding.close()]);
  await (await defaultTransport()).close();
});

it("closed before the transport was needed, or while it is being opened: not approved, and nothing is asked", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  await new ApprovalGate({ agentId: "a" }).close();
  const opening = new ApprovalGate({ agentId: "a" });
  const answer = opening.requestApproval(asked);
  await opening.close();
  expect(await answer).toMatchObject({ approved: false, reason: "the gate was closed" });
  const looking = new ApprovalGate();
  expect(await looking.getApproval("r")).toBeNull();
  await looking.close();
  await (await defaultTransport()).close();
});

it("a store that cannot be opened is a coded error, again and again: never an approval", async () => {
  for (const [url, code] of [
    ["nowhere:", "ATTUNE_URL_INVALID"],
    ["sqlite:/dev/null/x/here.db", expect.stringMatching(/^ATTUNE_/)],
  ] as const) {
    vi.stubEnv("ATTUNE_URL", url);
    const gate = new ApprovalGate({ agentId: "a" });
    for (let time = 0; time < 2; time++) {
      await expect(gate.requestApproval(asked)).rejects.toMatchObject({ code });
    }
    await gate.close();
  }
});
