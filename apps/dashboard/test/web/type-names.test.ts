import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { EventJson, StageJson } from "../../src/protocol/records.ts";
import { anyFeedback, TypeNames } from "../../web/src/state/type-names.ts";
import { eventMatcher, typesOfStore } from "../../web/src/views/events/event-filter.ts";

/** As `@attune/feedback` names them. */
function typeOf(workflow: string, stage: string, tier: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([workflow, stage]))
    .digest("base64url");
  return `feedback:${hash.slice(0, 22)}:${tier}`;
}

function rating(event_type: string, data?: unknown): EventJson {
  return { event_id: "1-0", event_type, timestamp: null, source: "s", data };
}

test("ratings are named by their data, other types by themselves, and unknown ones in short", () => {
  const names = new TypeNames();
  const type = typeOf("review", "find/bugs", "cheap");
  expect(names.of(type)).toBe(`feedback · ${type.slice(9, 15)}… · cheap`);
  expect(names.of("build_done")).toBe("build_done");
  expect(names.ofEvent(rating(type, { workflow_name: 1 }))).toContain("…");
  names.learn([rating(type, { workflow_name: "review", stage_name: "find/bugs" })]);
  expect(names.of(type)).toBe("feedback · review / find/bugs · cheap");
});

test("stages that are rated tell the names of their types, whatever letters they have", async () => {
  const names = new TypeNames();
  const stages = [
    { workflow_name: "übersetzen ✓", stage_name: "a>b?", tier: "premium" },
    { workflow_name: "triage", stage_name: "label", tier: "cheap" },
  ] as unknown as StageJson[];
  await names.learnStages(stages);
  expect(names.of(typeOf("übersetzen ✓", "a>b?", "premium"))).toBe(
    "feedback · übersetzen ✓ / a>b? · premium",
  );
  expect(names.of(typeOf("triage", "label", "cheap"))).toBe("feedback · triage / label · cheap");
});

test("all ratings are one entry of the filter, of which a store is asked by their types", () => {
  const matches = eventMatcher({ types: new Set([anyFeedback]), search: "" });
  expect([rating("feedback:a:cheap"), rating("feedbacks"), rating("b")].map(matches)).toEqual([
    true,
    false,
    false,
  ]);
  const known = ["b", "feedback:a:cheap", "feedback:c:capable"];
  expect([...typesOfStore(new Set(["x"]), known)]).toEqual(["x"]);
  expect([...typesOfStore(new Set(["x", anyFeedback]), known)]).toEqual(["x", known[1], known[2]]);
  expect([...typesOfStore(new Set([anyFeedback]), [])]).toEqual([anyFeedback]);
  const many = Array.from({ length: 500 }, (_, n) => `feedback:${n}:cheap`);
  expect(typesOfStore(new Set([anyFeedback]), many).size).toBe(100);
});
