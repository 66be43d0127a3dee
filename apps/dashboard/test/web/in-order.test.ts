import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { inOrder } from "../../web/src/state/in-order.ts";

function event(event_type: string, event_id: string): EventJson {
  return { event_type, event_id, timestamp: null, source: "s" };
}

function ordered(...ids: readonly (readonly [type: string, id: string])[]): string[] {
  return inOrder(ids.map(([type, id]) => event(type, id))).map(
    ({ event_type, event_id }) => `${event_type}${event_id}`,
  );
}

test("events that come type by type are put in turns by their ids, in one millisecond as they came", () => {
  expect(
    ordered(["a", "1-0"], ["a", "3-0"], ["a", "10-0"], ["b", "2-0"], ["b", "3-0"], ["b", "3-1"]),
  ).toEqual(["a1-0", "b2-0", "a3-0", "b3-0", "b3-1", "a10-0"]);
});

test("those of one type stay in their order, though the stream began anew with lesser ids", () => {
  expect(ordered(["a", "9-0"], ["a", "1-0"], ["a", "2-0"], ["b", "5-0"], ["b", "12-0"])).toEqual([
    "b5-0",
    "a9-0",
    "a1-0",
    "a2-0",
    "b12-0",
  ]);
});

test("what is in order is given back as it is", () => {
  const events = [event("a", "1-0"), event("b", "1-0"), event("a", "2-0")];
  expect(inOrder(events)).toBe(events);
  expect(inOrder([])).toEqual([]);
});
