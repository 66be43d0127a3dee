/** What a follower's positions make of pages, doubts and the tail reader's lead. */
import { expect, it } from "vitest";
import { StreamPositions } from "../../src/follow/stream-positions.ts";
import type { StreamPage, StreamState } from "../../src/index.ts";

/** Entries `first` to `last` of a stream whose ids count as its ordinals do. */
function page(first: number, last: number, oldest = 1): StreamPage {
  const entries = Array.from({ length: last - first + 1 }, (_, index) => ({
    id: `${first + index}-0`,
    eventType: "a",
    timestamp: undefined,
    data: undefined,
    source: undefined,
  }));
  return { eventType: "a", entries, firstOrdinal: first, oldestId: `${oldest}-0` };
}

function state(last: number): StreamState {
  return { eventType: "a", length: last, added: last, oldestId: "1-0", lastId: `${last}-0`, bytes: null };
}

function at(ordinal: number) {
  return { id: `${ordinal}-0`, ordinal };
}

function startingAt(ordinal: number): StreamPositions {
  const positions = new StreamPositions();
  positions.startAt("a", at(ordinal));
  return positions;
}

it("skips what was read before, and goes on behind the page", () => {
  const positions = startingAt(2);
  expect(positions.arrive(page(1, 4))).toEqual({ skip: 2, firstOrdinal: 3, gaps: [] });
  expect(positions.all.get("a")).toEqual(at(4));
  expect(positions.arrive(page(3, 4))).toBeUndefined();
});

it("takes nothing of a stream that is not followed", () => {
  expect(new StreamPositions().arrive(page(1, 2))).toBeUndefined();
});

it("tells a gap once, with the page behind it", () => {
  const positions = startingAt(2);
  const gap = { eventType: "a", missed: 3, reason: "trimmed" };
  expect(positions.arrive(page(6, 7, 6))).toMatchObject({ skip: 0, gaps: [gap] });
  expect(positions.arrive(page(8, 8, 6))).toMatchObject({ gaps: [] });
});

it("passes what the tail reader had passed and is gone, and counts it with what is missing behind", () => {
  const positions = startingAt(2);
  positions.passGone(new Map([["a", at(5)]]));
  expect(positions.all.get("a")).toEqual(at(5));
  positions.passGone(new Map([["a", at(4)]]));
  expect(positions.all.get("a")).toEqual(at(5));
  expect(positions.arrive(page(7, 7, 7))?.gaps).toEqual([
    { eventType: "a", missed: 3, reason: "trimmed" },
    { eventType: "a", missed: 1, reason: "trimmed" },
  ]);
});

it("goes on from the end of a stream that was cut short, and from the beginning of another one", () => {
  const positions = startingAt(2);
  positions.arrive(page(3, 9));
  positions.verify(state(9));
  expect(positions.all.get("a")).toEqual(at(9));
  positions.arrive(page(10, 12));
  positions.verify(state(10));
  expect(positions.all.get("a")).toEqual(at(10));
  positions.verify(state(3));
  expect(positions.all.get("a")).toEqual({ id: "0-0", ordinal: 0 });
  const reset = { eventType: "a", missed: null, reason: "reset" };
  expect(positions.arrive(page(1, 1))?.gaps).toEqual([reset, reset]);
});
