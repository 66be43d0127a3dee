/** encodeJson: what JSON would drop or alter without a word is refused, and everything else is carried unchanged. */
import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { AttuneError, encodeJson, type PayloadLimits } from "../src/index.ts";

const limits: PayloadLimits = { maxPayloadBytes: 1000, maxPayloadDepth: 100 };

function refusal(value: unknown, within: Partial<PayloadLimits> = {}): AttuneError {
  try {
    encodeJson(value, { ...limits, ...within });
  } catch (error) {
    expect(error).toBeInstanceOf(AttuneError);
    return error as AttuneError;
  }
  throw new Error("it was not refused");
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

class Point {
  readonly x = 1;
}

describe("encodeJson refuses what JSON does not carry", () => {
  const cycle: Record<string, unknown> = { a: {} };
  (cycle.a as Record<string, unknown>).back = cycle;
  const ring: unknown[] = [];
  ring.push([ring]);

  it.each([
    ["undefined itself", undefined, "$"],
    ["undefined in an object", { a: { b: undefined } }, "$.a.b"],
    ["undefined in an array", { a: [1, undefined] }, "$.a[1]"],
    ["a hole in an array", { a: Object.assign([1], { 2: 3 }) }, "$.a[1]"],
    ["NaN", { a: Number.NaN }, "$.a"],
    ["Infinity", [Number.POSITIVE_INFINITY], "$[0]"],
    ["minus infinity", [[Number.NEGATIVE_INFINITY]], "$[0][0]"],
    ["a BigInt", { a: 1n }, "$.a"],
    ["a symbol", { a: Symbol("s") }, "$.a"],
    ["a function", { a: () => 1 }, "$.a"],
    ["a Date", { at: new Date(0) }, "$.at"],
    ["a Map", { a: [new Map()] }, "$.a[0]"],
    ["a Set", new Set([1]), "$"],
    ["an instance of a class", { a: new Point() }, "$.a"],
    ["an Error", { a: new Error("x") }, "$.a"],
    ["a Buffer", { a: Buffer.from("x") }, "$.a"],
    ["a boxed text", { a: Object("x") }, "$.a"],
    ["an object with toJSON of its own", { a: { toJSON: () => 1 } }, "$.a.toJSON"],
    ["a hidden toJSON", { a: Object.defineProperty({}, "toJSON", { value: () => 1 }) }, "$.a"],
    ["an object that inherits toJSON", { a: Object.create({ toJSON: () => 1 }) }, "$.a"],
    ["an object that contains itself", cycle, undefined],
    ["an array that contains itself", ring, undefined],
  ])("%s", (_, value, path) => {
    const error = refusal(value);
    expect(error.code).toBe("ATTUNE_PAYLOAD_NOT_JSON");
    if (path !== undefined) {
      expect(error.details.path).toBe(path);
      expect(error.message).toContain(`at ${path},`);
    } else {
      expect(error.message).toContain("contains itself");
    }
  });

  it("tells of the path with odd keys, and still refuses", () => {
    expect(refusal({ "": { "a.b": undefined } }).code).toBe("ATTUNE_PAYLOAD_NOT_JSON");
    expect(refusal(JSON.parse('{"__proto__":{"x":1}}', (_, v) => (v === 1 ? new Date(0) : v))).code).toBe(
      "ATTUNE_PAYLOAD_NOT_JSON",
    );
  });
});

describe("encodeJson carries", () => {
  it.each([
    ["null", null, "null"],
    ["false", false, "false"],
    ["an empty text", "", '""'],
    ["numbers", [0, 1.5, -2e-7, 2 ** 53], undefined],
    ["empty objects and arrays", { a: {}, b: [] }, '{"a":{},"b":[]}'],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ["a property called __proto__", JSON.parse('{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}'],
    [
      "a property called constructor",
      { constructor: 1, hasOwnProperty: 2 },
      '{"constructor":1,"hasOwnProperty":2}',
    ],
    ["a property called toJSON that is no function", { toJSON: "x" }, '{"toJSON":"x"}'],
    [
      "the same object twice, which is no cycle",
      ((shared) => [shared, shared])({ a: 1 }),
      '[{"a":1},{"a":1}]',
    ],
    ["lone surrogates, escaped", "\ud800", '"\\ud800"'],
    ["NUL and emoji", "\u0000😀", '"\\u0000😀"'],
  ])("%s", (_, value, text) => {
    expect(encodeJson(value, limits)).toBe(text ?? JSON.stringify(value));
  });

  it("plain objects and arrays of another realm", () => {
    const foreign: unknown = runInContext("({ a: [1, { b: 2 }] })", createContext());
    expect(encodeJson(foreign, limits)).toBe('{"a":[1,{"b":2}]}');
  });
});

describe("the limit on depth", () => {
  it("allows exactly so many levels, and a plain value has none", () => {
    for (const depth of [1, 2, 7]) {
      expect(encodeJson(nested(depth), { ...limits, maxPayloadDepth: depth })).toBe(
        JSON.stringify(nested(depth)),
      );
      expect(refusal(nested(depth + 1), { maxPayloadDepth: depth }).code).toBe("ATTUNE_PAYLOAD_TOO_DEEP");
    }
    expect(encodeJson("text", { ...limits, maxPayloadDepth: 0 })).toBe('"text"');
    expect(refusal([], { maxPayloadDepth: 0 }).code).toBe("ATTUNE_PAYLOAD_TOO_DEEP");
  });

  it("refuses what would overflow the stack, with a message of reasonable length", () => {
    const error = refusal(nested(100_000), { maxPayloadDepth: 1000 });
    expect(error.code).toBe("ATTUNE_PAYLOAD_TOO_DEEP");
    expect(error.message.length).toBeLessThan(500);
    expect(error.details).toEqual({ maxPayloadDepth: 1000 });
  });

  it("names a cycle a cycle, also when it is longer than the limit's levels", () => {
    const a: Record<string, unknown> = {};
    a.b = { c: { d: a } };
    expect(refusal(a, { maxPayloadDepth: 10 }).code).toBe("ATTUNE_PAYLOAD_NOT_JSON");
  });
});

describe("the limit on bytes", () => {
  it.each([
    ["one byte per letter", "x"],
    ["two bytes per letter", "é"],
    ["three bytes per letter", "€"],
    ["four bytes per pair of surrogates", "😀"],
  ])("counts UTF-8, %s", (_, letter) => {
    const text = letter.repeat(50);
    const bytes = Buffer.byteLength(text) + 2;
    expect(encodeJson(text, { ...limits, maxPayloadBytes: bytes })).toBe(JSON.stringify(text));
    const error = refusal(text, { maxPayloadBytes: bytes - 1 });
    expect(error.code).toBe("ATTUNE_PAYLOAD_TOO_LARGE");
    expect(error.details).toEqual({ bytes, maxPayloadBytes: bytes - 1 });
  });
});
