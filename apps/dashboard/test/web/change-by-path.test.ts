import { expect, it } from "vitest";
import { changesBetween } from "../../web/src/views/approvals/change-by-path.ts";

const list = (before: unknown, after: unknown) => changesBetween(before, after).list;

it("tells what was added, removed and changed, and where", () => {
  expect(list({ a: 1, b: { c: 2, d: 3 }, gone: true }, { a: 1, b: { c: 5, d: 3 }, came: null })).toEqual([
    { kind: "changed", path: ["b", "c"], before: 2, after: 5 },
    { kind: "added", path: ["came"], after: null },
    { kind: "removed", path: ["gone"], before: true },
  ]);
});

it("tells nothing of what is the same, whatever the order of its keys", () => {
  expect(list({ a: [1, { b: 2 }], c: "x" }, { c: "x", a: [1, { b: 2 }] })).toEqual([]);
  expect(list(null, null)).toEqual([]);
});

it("does not take all that follows for changed when something is put into an array", () => {
  expect(list(["a", "b", "c"], ["a", "new", "b", "c"])).toEqual([
    { kind: "added", path: ["1"], after: "new" },
  ]);
  expect(list(["a", "b", "c"], ["a", "c"])).toEqual([{ kind: "removed", path: ["1"], before: "b" }]);
});

it("looks into what takes the place of another in an array", () => {
  expect(list([{ id: 1, n: 1 }, "end"], [{ id: 1, n: 2 }, "end"])).toEqual([
    { kind: "changed", path: ["0", "n"], before: 1, after: 2 },
  ]);
});

it("tells of values of different kinds as a whole", () => {
  expect(list({ a: [1] }, { a: { 0: 1 } })).toEqual([
    { kind: "changed", path: ["a"], before: [1], after: { 0: 1 } },
  ]);
  expect(list("text", 7)).toEqual([{ kind: "changed", path: [], before: "text", after: 7 }]);
});

it("takes names that every object has for names like others", () => {
  const after = JSON.parse('{"constructor": 1, "__proto__": {"a": 1}, "toString": "x"}');
  expect(list({}, after).map(({ kind, path }) => [kind, path[0]])).toEqual([
    ["added", "constructor"],
    ["added", "__proto__"],
    ["added", "toString"],
  ]);
  expect(list(after, {}).every(({ kind }) => kind === "removed")).toBe(true);
});

it("ends with large and with deep values", () => {
  const many = (by: number) =>
    Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`k${at}`, at + by]));
  expect(changesBetween(many(0), many(1))).toMatchObject({ isCut: true });
  const deep = (end: number) => JSON.parse(`${'{"a":'.repeat(900)}${end}${"}".repeat(900)}`);
  expect(list(deep(1), deep(2))).toHaveLength(1);
  const numbers = (from: number) => Array.from({ length: 3000 }, (_, at) => at + from);
  expect(changesBetween(numbers(0), numbers(10)).isCut).toBe(true);
});
