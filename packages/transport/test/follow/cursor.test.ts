/** Cursors: JSON there and back, and everything that is not one is refused. */
import { describe, expect, it } from "vitest";
import { toCursor } from "../../src/follow/cursor.ts";
import { AttuneError, parseCursor } from "../../src/index.ts";

const position = { eventType: "a", id: "5-1", ordinal: 7 };

describe("a cursor", () => {
  it("survives JSON, whatever the event types are called", () => {
    const positions = new Map([
      ["a", { id: "5-1", ordinal: 7 }],
      ["__proto__", { id: "18446744073709551615-18446744073709551615", ordinal: null }],
      ["\u0000😀", { id: "0-0", ordinal: 0 }],
    ]);
    expect(parseCursor(JSON.parse(JSON.stringify(toCursor(positions))))).toEqual(positions);
  });

  it("may be of no types, and may carry what a later version adds", () => {
    expect(parseCursor({ version: 1, positions: [] })).toEqual(new Map());
    expect(parseCursor({ version: 1, positions: [{ ...position, more: 1 }], more: 1 }).size).toBe(1);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", '{"version":1}'],
    ["an array", []],
    ["an empty object", {}],
    ["another version", { version: 2, positions: [] }],
    ["a version that is a text", { version: "1", positions: [] }],
    ["no positions", { version: 1 }],
    ["positions that are no list", { version: 1, positions: { a: position } }],
    ["a position that is nothing", { version: 1, positions: [null] }],
    ["no event type", { version: 1, positions: [{ ...position, eventType: undefined }] }],
    ["an empty event type", { version: 1, positions: [{ ...position, eventType: "" }] }],
    ["a malformed id", { version: 1, positions: [{ ...position, id: "5" }] }],
    ["no id", { version: 1, positions: [{ eventType: "a", ordinal: 1 }] }],
    ["a negative ordinal", { version: 1, positions: [{ ...position, ordinal: -1 }] }],
    ["a broken ordinal", { version: 1, positions: [{ ...position, ordinal: 1.5 }] }],
    ["an ordinal that is a text", { version: 1, positions: [{ ...position, ordinal: "7" }] }],
    ["no ordinal", { version: 1, positions: [{ eventType: "a", id: "5-1" }] }],
    ["one type twice", { version: 1, positions: [position, position] }],
  ])("is not %s", (_, value) => {
    const refused = expect(() => parseCursor(value));
    refused.toThrow(AttuneError);
    refused.toThrow(expect.objectContaining({ code: "ATTUNE_CURSOR_INVALID" }));
  });

  it("is refused with a reason that names the type", () => {
    expect(() => parseCursor({ version: 1, positions: [{ ...position, id: "x" }] })).toThrow('"a"');
  });
});
