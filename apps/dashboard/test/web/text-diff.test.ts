import { expect, it } from "vitest";
import { lineDiff, patchLines, wordDiff } from "../../web/src/views/approvals/text-diff.ts";

it("tells words that are others", () => {
  expect(wordDiff("the quick brown fox", "the quick red fox")).toEqual([
    { kind: "same", text: "the quick " },
    { kind: "removed", text: "brown" },
    { kind: "added", text: "red" },
    { kind: "same", text: " fox" },
  ]);
});

it("tells lines that are others, and folds those far from them", () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
  const after = lines.with(15, "another").join("\n");
  const diff = lineDiff(lines.join("\n"), after);
  expect(diff.map(({ kind }) => kind)).toEqual([
    "folded",
    "same",
    "same",
    "removed",
    "added",
    "same",
    "same",
    "folded",
  ]);
  expect(diff[0]).toEqual({ kind: "folded", count: 13 });
  expect(diff[7]).toEqual({ kind: "folded", count: 12 });
});

it("shows texts that have little in common one below the other, without comparing them to the end", () => {
  const random = (seed: number) =>
    Array.from({ length: 20_000 }, (_, at) => ((at * 7919 * seed) % 104_729).toString(36)).join(" ");
  expect(wordDiff(random(3), random(11)).map(({ kind }) => kind)).toEqual(["removed", "added"]);
});

it("knows the lines of a diff that somebody else has made", () => {
  const patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n";
  expect(patchLines(patch).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    "place --- a/x",
    "place +++ b/x",
    "place @@ -1,2 +1,2 @@",
    "same same",
    "removed old",
    "added new",
  ]);
});
