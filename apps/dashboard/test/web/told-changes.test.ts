import { expect, it } from "vitest";
import { toldChangesOf } from "../../web/src/views/approvals/told-changes.ts";

it("finds what a context itself says to be changed, and leaves the rest", () => {
  const told = toldChangesOf({ service: "pay", before: { n: 1 }, after: { n: 2 }, why: "because" });
  expect(told.pairs).toEqual([{ path: [], names: ["before", "after"], before: { n: 1 }, after: { n: 2 } }]);
  expect(told.rest).toEqual({ service: "pay", why: "because" });
});

it.each([
  ["old", "new"],
  ["current", "proposed"],
])("knows %s and %s for a pair, also further down", (before, after) => {
  const told = toldChangesOf({ changes: [{ name: "x", [before]: 1, [after]: 2 }] });
  expect(told.pairs).toMatchObject([{ path: ["changes", "0"], before: 1, after: 2 }]);
  expect(told.rest).toEqual({ changes: [{ name: "x" }] });
});

it("takes one of a pair alone for what it is", () => {
  const context = { new: "thing", before: "noon" };
  expect(toldChangesOf(context)).toEqual({ pairs: [], diffs: [], rest: context });
});

it("finds the text of a diff, and no other text of that name", () => {
  const diff = "@@ -1 +1 @@\n-a\n+b";
  expect(toldChangesOf({ file: "a", diff })).toEqual({
    pairs: [],
    diffs: [{ path: ["diff"], text: diff }],
    rest: { file: "a" },
  });
  expect(toldChangesOf({ diff: "none" }).diffs).toEqual([]);
});

it("has no rest where there is nothing else", () => {
  expect(toldChangesOf({ before: 1, after: 2 }).rest).toBeUndefined();
  expect(toldChangesOf({}).rest).toEqual({});
  expect(toldChangesOf("text").rest).toBe("text");
  expect(toldChangesOf([]).rest).toEqual([]);
});
