import { expect, test } from "vitest";
import { agentIdOf, agentPath } from "../../web/src/ui/agent-path.ts";
import { agoText } from "../../web/src/ui/time-text.ts";

test.each([
  "reviewer-1",
  "a/b",
  "a%2Fb",
  "100%",
  "..",
  ".",
  "-",
  "a b?c#d&e=1",
  "🤖",
  "<img src=x onerror=alert(1)>",
  "?id=x",
])("the page of %j is found again by its address", (id) => {
  const { pathname, search } = new URL(agentPath(id), "http://127.0.0.1:8000");
  expect(agentIdOf({ pathname, search })).toBe(id);
});

test("other addresses are of no agent", () => {
  expect(agentIdOf({ pathname: "/events", search: "" })).toBeUndefined();
});

test("says how long ago, and now for what a clock that goes before makes the future", () => {
  const now = Date.parse("2026-01-01T00:01:00.000Z");
  expect(agoText("2026-01-01T00:00:57.000Z", now)).toBe("3 s ago");
  expect(agoText("2026-01-01T00:01:30.000Z", now)).toBe("now");
  expect(agoText(null, now)).toBe("never");
  expect(agoText("soon", now)).toBe("never");
});
