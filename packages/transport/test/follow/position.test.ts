/** Positions: every case of what may have happened between where a reader stands and what it finds. */
import { describe, expect, it } from "vitest";
import {
  arriveAt,
  beginningOfNewStream,
  newestPosition,
  oldestPosition,
  recoverFrom,
} from "../../src/follow/position.ts";
import type { StreamState } from "../../src/index.ts";

const eventType = "a";
const at = (id: string, ordinal: number | null = null) => ({ id, ordinal });
const page = (firstOrdinal: number | null, oldestId: string | null = null) => ({
  eventType,
  firstOrdinal,
  oldestId,
});
const trimmed = (missed: number | null) => ({ eventType, missed, reason: "trimmed" });
const reset = { eventType, missed: null, reason: "reset" };

function state(more: Partial<StreamState>): StreamState {
  return { eventType, length: 0, added: 0, oldestId: null, lastId: "0-0", bytes: null, ...more };
}

describe("arriveAt", () => {
  it.each([
    ["the next entry: nothing is missing", at("5-0", 5), page(6, "1-0"), undefined, 6],
    ["the first of a new stream", beginningOfNewStream, page(1, "1-0"), undefined, 1],
    ["a later ordinal: so many were trimmed", at("5-0", 5), page(9, "9-0"), trimmed(3), 9],
    [
      "from the beginning, some were trimmed before the first look",
      beginningOfNewStream,
      page(4, "4-0"),
      trimmed(3),
      4,
    ],
    ["exactly one is missing", at("5-0", 5), page(7, "7-0"), trimmed(1), 7],
    ["the same ordinal again: another life of the stream", at("5-0", 5), page(5, "9-0"), reset, 5],
    ["a smaller ordinal: another life of the stream", at("5-0", 5), page(1, "9-0"), reset, 1],
    ["an ordinal, but none to compare with: counting begins", at("5-0"), page(7, "7-0"), undefined, 7],
    [
      "no ordinal, and our entry is still there: nothing is missing",
      at("5-0", 5),
      page(null, "5-0"),
      undefined,
      6,
    ],
    ["no ordinal, and older entries than ours are there", at("5-0", 5), page(null, "2-0"), undefined, 6],
    [
      "no ordinal, and the oldest is newer than ours: an unknown number",
      at("5-0", 5),
      page(null, "6-0"),
      trimmed(null),
      null,
    ],
    ["no ordinal on either side, nothing trimmed past us", at("5-0"), page(null, "5-0"), undefined, null],
    ["no ordinal on either side, trimmed past us", at("5-0"), page(null, "9-0"), trimmed(null), null],
    ["no ordinal, oldest unknown: taken for complete", at("5-0", 5), page(null), undefined, 6],
    [
      "no ordinal, from before everything: nothing can be told",
      at("0-0"),
      page(null, "9-0"),
      undefined,
      null,
    ],
    ["no ordinal, from the beginning of a new stream", beginningOfNewStream, page(null, "9-0"), undefined, 1],
  ])("%s", (_, position, found, gap, firstOrdinal) => {
    expect(arriveAt(position, found)).toEqual({ gap, firstOrdinal });
  });
});

describe("recoverFrom", () => {
  it.each([
    [
      "the stream stands where the reader does: nothing was lost",
      at("5-0", 5),
      at("1-0", 1),
      { lastId: "5-0", added: 5 },
      undefined,
    ],
    [
      "the stream went on: nothing was lost",
      at("5-0", 5),
      at("1-0", 1),
      { lastId: "9-0", added: 9 },
      undefined,
    ],
    ["the stream is gone: whatever comes is new", at("5-0", 5), at("1-0", 1), {}, beginningOfNewStream],
    [
      "it was cut short, but reaches back to what the reader knew: on from its end",
      at("5-0", 5),
      at("3-0", 3),
      { lastId: "4-0", added: 4 },
      at("4-0", 4),
    ],
    [
      "it was cut back to exactly what the reader knew",
      at("5-0", 5),
      at("3-0", 3),
      { lastId: "3-0", added: 3 },
      at("3-0", 3),
    ],
    [
      "it ends before what the reader knew: a new one, from its beginning",
      at("5-0", 5),
      at("3-0", 3),
      { lastId: "2-0", added: 2 },
      beginningOfNewStream,
    ],
    [
      "it ends before what the reader knew, though it was given more: a new one",
      at("5-0", 5),
      at("3-0", 3),
      { lastId: "2-0", added: 9 },
      beginningOfNewStream,
    ],
    [
      "it reaches the anchor's id, but with fewer ever added: a new one",
      at("5-0", 5),
      at("3-0", 3),
      { lastId: "4-0", added: 1 },
      beginningOfNewStream,
    ],
    [
      "nothing was known before: a new one, from its beginning",
      at("5-0", 5),
      at("0-0", 0),
      { lastId: "4-0", added: 4 },
      beginningOfNewStream,
    ],
    [
      "without ordinals of the store, the ids decide",
      at("5-0"),
      at("3-0"),
      { lastId: "4-0", added: null },
      at("4-0"),
    ],
    [
      "without an ordinal of the anchor, the ids decide",
      at("5-0"),
      at("3-0"),
      { lastId: "4-0", added: 4 },
      at("4-0", 4),
    ],
  ])("%s", (_, position, anchor, found, recovered) => {
    expect(recoverFrom(position, anchor, state(found))).toEqual(
      recovered && { gap: reset, position: recovered },
    );
  });
});

describe("where to start", () => {
  const trimmedStream = state({ length: 4, added: 10, oldestId: "7-0", lastId: "10-0" });

  it("the oldest position is before everything retained, and misses nothing of what was trimmed earlier", () => {
    const position = oldestPosition(trimmedStream);
    expect(position).toEqual(at("0-0", 6));
    expect(arriveAt(position, page(7, "7-0")).gap).toBeUndefined();
  });

  it("the newest position is after everything ever added", () => {
    expect(newestPosition(trimmedStream)).toEqual(at("10-0", 10));
    expect(newestPosition(state({}))).toEqual(beginningOfNewStream);
  });

  it("a store that does not count gives positions without ordinals", () => {
    expect(oldestPosition({ ...trimmedStream, added: null })).toEqual(at("0-0"));
    expect(newestPosition({ ...trimmedStream, added: null })).toEqual(at("10-0"));
  });
});
