/** What is known of a page when the stream's state was read a moment later. */
import { type Cursor, parseCursor, type StreamEntry, type StreamState } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { toPage, toState } from "../src/stream-reply.ts";

const entry = (id: string): StreamEntry => ({ id, eventType: "a", timestamp: "t", data: "1", source: "s" });
const entries = (...ids: string[]) => ids.map(entry);

/** A stream that was given the entries 1-0, 2-0, … up to `added`, of which all from `oldest` on are retained. */
function state(added: number, oldest: number): StreamState {
  const length = added - oldest + 1;
  return {
    eventType: "a",
    length,
    added,
    oldestId: length > 0 ? `${oldest}-0` : null,
    lastId: `${added}-0`,
    bytes: null,
  };
}

describe("toState", () => {
  it("takes the script's reply field by field", () => {
    expect(toState("a", [3, 10, "10-0", "8-0", 512])).toEqual({
      eventType: "a",
      length: 3,
      added: 10,
      lastId: "10-0",
      oldestId: "8-0",
      bytes: 512,
    });
  });

  it("calls unknown what the server does not tell", () => {
    expect(toState("a", [0, -1, "10-0", "", -1])).toMatchObject({ added: null, oldestId: null, bytes: null });
  });

  it("a stream that does not exist has been given nothing", () => {
    expect(toState("a", [0, 0, "0-0", "", 0])).toEqual({
      eventType: "a",
      length: 0,
      added: 0,
      oldestId: null,
      lastId: "0-0",
      bytes: 0,
    });
  });
});

describe("toPage", () => {
  it("keeps the entries and the id of the oldest retained one", () => {
    const page = entries("3-0", "4-0");
    expect(toPage("a", page, state(4, 3))).toEqual({
      eventType: "a",
      entries: page,
      firstOrdinal: 3,
      oldestId: "3-0",
    });
  });

  it("a page that begins with the oldest retained entry is counted from there", () => {
    expect(toPage("a", entries("3-0", "4-0"), state(9, 3)).firstOrdinal).toBe(3);
  });

  it("a page that reaches the end is counted from the end", () => {
    expect(toPage("a", entries("8-0", "9-0"), state(9, 1)).firstOrdinal).toBe(8);
  });

  it("the whole stream as one page begins at 1", () => {
    expect(toPage("a", entries("1-0", "2-0"), state(2, 1)).firstOrdinal).toBe(1);
  });

  it("a page from the middle has no ordinal: older entries are retained, so nothing can be missing", () => {
    expect(toPage("a", entries("4-0", "5-0"), state(9, 1))).toMatchObject({
      firstOrdinal: null,
      oldestId: "1-0",
    });
  });

  it("entries that came between the two reads leave a page at the former end without an ordinal", () => {
    expect(toPage("a", entries("8-0", "9-0"), state(12, 1)).firstOrdinal).toBeNull();
  });

  it("a page trimmed to its second half between the two reads is counted back from the oldest entry left", () => {
    expect(toPage("a", entries("3-0", "4-0", "5-0", "6-0"), state(9, 5)).firstOrdinal).toBe(3);
  });

  it("a page of which only the last entry is left is counted back from that", () => {
    expect(toPage("a", entries("3-0", "4-0", "5-0"), state(5, 5)).firstOrdinal).toBe(3);
  });

  it("a page trimmed away altogether tells no ordinal: what is missing may lie before it or behind it", () => {
    for (const first of [3, 5]) {
      const page = entries(`${first}-0`, `${first + 1}-0`);
      expect(toPage("a", page, state(9, 7))).toMatchObject({ firstOrdinal: null, oldestId: null });
    }
  });

  it("a stream trimmed to nothing tells no ordinal", () => {
    expect(toPage("a", entries("8-0", "9-0"), state(9, 10))).toMatchObject({
      firstOrdinal: null,
      oldestId: null,
    });
  });

  it("a stream that vanished between the two reads tells no ordinal", () => {
    const vanished = toState("a", [0, 0, "0-0", "", 0]);
    expect(toPage("a", entries("1-0", "2-0"), vanished)).toMatchObject({
      firstOrdinal: null,
      oldestId: null,
      entries: [{ id: "1-0" }, { id: "2-0" }],
    });
  });

  it("a server that does not count gives the oldest id and no ordinal", () => {
    expect(toPage("a", entries("3-0"), { ...state(3, 3), added: null })).toMatchObject({
      firstOrdinal: null,
      oldestId: "3-0",
    });
  });

  it("sequences within a millisecond and parts beyond 2^53 are compared as numbers, not as texts", () => {
    const page = entries("9-9", "9-10", "18446744073709551615-0");
    const oldest = { ...state(20, 19), oldestId: "9-10", lastId: "18446744073709551615-0" };
    expect(toPage("a", page, oldest).firstOrdinal).toBe(18);
  });

  it("a stream deleted and made again between the two reads gives no ordinal that a cursor could not hold", () => {
    const page = toPage("a", entries("1-0", "2-0", "3-0"), {
      ...state(1, 1),
      oldestId: "7-0",
      lastId: "7-0",
    });
    const cursor: Cursor = {
      version: 1,
      positions: [{ eventType: "a", id: "1-0", ordinal: page.firstOrdinal }],
    };
    expect(() => parseCursor(cursor)).not.toThrow();
  });
});
