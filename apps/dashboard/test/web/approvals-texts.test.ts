import { expect, it } from "vitest";
import type { ApprovalJson } from "../../src/protocol/records.ts";
import { RequestError } from "../../web/src/api/request-json.ts";
import { tableOf } from "../../web/src/ui/table-of.ts";
import { consequenceOf } from "../../web/src/views/approvals/consequence.ts";
import { onTimeoutText, timeLeft } from "../../web/src/views/approvals/countdown-text.ts";
import { decidedOfEvent, mergedDecided } from "../../web/src/views/approvals/decided-log.ts";
import { pendingWith } from "../../web/src/views/approvals/pending-with.ts";
import { isOutOfDate, refusalText } from "../../web/src/views/approvals/refusal-text.ts";

function approval(more: Partial<ApprovalJson> = {}): ApprovalJson {
  return {
    request_id: "r1",
    approval_type: "deployment",
    agent_id: "deployer",
    state: "pending",
    requested_at: "2026-01-01T00:00:00.000Z",
    expires_at: "2026-01-01T00:05:00.000Z",
    required_approvals: 1,
    approvals: [],
    allowed_responders: null,
    require_digest: false,
    on_timeout: "reject",
    escalated: false,
    decision: null,
    digest: "0".repeat(64),
    context: {},
    ...more,
  };
}

it.each([
  [125_000, "02:05", "none"],
  [30_000, "00:30", "hurry"],
  [30_001, "00:31", "none"],
  [1, "00:01", "hurry"],
  [0, "00:00", "over"],
  [-5000, "00:00", "over"],
  [3_725_000, "1:02:05", "none"],
  [2 * 86_400_000 + 3_600_000, "2 d 01:00:00", "none"],
])("says how long %i ms are", (ms, text, urgency) => {
  expect(timeLeft(new Date(1e12 + ms).toISOString(), 1e12)).toEqual({ text, urgency });
});

it("says what becomes of a request that nobody decides", () => {
  expect(onTimeoutText(approval())).toBe("then it is not approved");
  expect(onTimeoutText(approval({ on_timeout: "approve" }))).toBe("then it is approved by itself");
  expect(onTimeoutText(approval({ on_timeout: "escalate" }))).toBe("then others are asked");
  expect(onTimeoutText(approval({ on_timeout: "escalate", escalated: true }))).toBe(
    "then it is not approved",
  );
});

it("says before a decision what it will do", () => {
  expect(consequenceOf("approve", approval(), "me")).toMatch(/goes on with it at once/);
  expect(consequenceOf("reject", approval(), "me")).toMatch(/rejected by me/);
  const several = approval({
    required_approvals: 3,
    approvals: [{ responder: "lead", reason: "", voted_at: null }],
  });
  expect(consequenceOf("approve", several, "me")).toMatch(/counted as 2 of the 3/);
  expect(consequenceOf("reject", several, "me")).toMatch(/One rejection is enough/);
});

it.each([
  ["APPROVAL_DECIDED", 409, /faster/],
  ["APPROVAL_SELF", 409, /me asks for it/],
  ["APPROVAL_NOT_ALLOWED", 409, /me is not among those/],
  ["APPROVAL_VOTED", 409, /me has approved it already/],
  ["APPROVAL_DIGEST", 409, /has changed/],
  ["READ_ONLY", 403, /--read-only/],
  ["STORE_UNAVAILABLE", 503, /not known whether the decision counts/],
  ["NOT_FOUND", 404, /no such request/],
  ["SOMETHING_ELSE", 400, /the server says/],
])("says %s in words", (code, status, text) => {
  expect(refusalText(new RequestError(status, code, "the server says"), "me")).toMatch(text);
});

it("claims nothing where the server did not answer", () => {
  expect(refusalText(new TypeError("Failed to fetch"), "me")).toMatch(
    /not known whether the decision counts/,
  );
});

it("knows the refusals that mean that something else is asked now", () => {
  expect(isOutOfDate(new RequestError(409, "APPROVAL_DIGEST", ""))).toBe(true);
  expect(isOutOfDate(new RequestError(409, "APPROVAL_DIGEST_MISSING", ""))).toBe(true);
  expect(isOutOfDate(new RequestError(409, "APPROVAL_DECIDED", ""))).toBe(false);
  expect(isOutOfDate(new TypeError("Failed to fetch"))).toBe(false);
});

it("leaves the request that is looked at in its place when it is decided", () => {
  const at = (id: string, second: number) =>
    approval({ request_id: id, requested_at: new Date(second * 1000).toISOString() });
  const ids = (list: readonly ApprovalJson[]) => list.map(({ request_id }) => request_id);
  const pending = [at("a", 1), at("c", 3)];
  expect(pendingWith(pending, pending[0])).toBe(pending);
  expect(ids(pendingWith(pending, at("b", 2)))).toEqual(["a", "b", "c"]);
  expect(ids(pendingWith(pending, at("d", 4)))).toEqual(["a", "c", "d"]);
  expect(ids(pendingWith([], at("d", 4)))).toEqual(["d"]);
});

const audit = {
  event_id: "7-0",
  event_type: "approval_audit",
  timestamp: null,
  source: "approvals",
  data: {
    request_id: "r1",
    approval_type: "deployment",
    agent_id: "deployer",
    state: "rejected",
    transition: "rejected",
    responder: "lead",
    reason: "no",
    at: "2026-01-01T00:00:00.000Z",
    context: { n: 1 },
  },
};

it("reads a decision from the event that tells of it, and from no other", () => {
  expect(decidedOfEvent(audit)).toMatchObject({ event_id: "7-0", state: "rejected", responder: "lead" });
  expect(decidedOfEvent({ ...audit, data: { ...audit.data, state: "pending" } })).toBeUndefined();
  expect(decidedOfEvent({ ...audit, event_type: "other" })).toBeUndefined();
  expect(decidedOfEvent({ ...audit, data: { state: "approved" } })).toBeUndefined();
});

it("joins decisions that are pushed with those that were read, each once, newest first", () => {
  const one = (id: string) => ({ ...decidedOfEvent(audit)!, event_id: id });
  const merged = mergedDecided([one("5-0"), one("9-1")], [one("10-0"), one("9-1"), one("9-0")]);
  expect(merged.map(({ event_id }) => event_id)).toEqual(["10-0", "9-1", "9-0", "5-0"]);
});

it("makes a table of objects that are alike, and of nothing else", () => {
  expect(tableOf([{ a: 1, b: "x" }, { a: 2 }])).toMatchObject({ columns: ["a", "b"] });
  expect(tableOf([{ a: 1 }])).toBeUndefined();
  expect(tableOf([{ a: 1 }, 2])).toBeUndefined();
  expect(tableOf([{ a: { b: 1 } }, { a: 2 }])).toBeUndefined();
  expect(tableOf([{ a: 1 }, { b: 2 }, { c: 3 }])).toBeUndefined();
  expect(tableOf([{ a: "x".repeat(500) }, { a: "y" }])).toBeUndefined();
});
