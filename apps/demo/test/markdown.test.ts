import { expect, it } from "vitest";
import { markdownTable, markdownText } from "../src/terminal/markdown.ts";

it("shows a text as it is, whatever is in it", () => {
  expect(markdownText("a|b *c* `d` [e](f) <g> _h_")).toBe("a\\|b \\*c\\* \\`d\\` \\[e\\](f) \\<g\\> \\_h\\_");
  expect(markdownText("two\nlines\u001b[2J")).toBe("two lines");
});

it("makes a table with numbers on the right", () => {
  expect(markdownTable(["what", "how many"], [["a", "1"]], [1])).toEqual([
    "| what | how many |",
    "| --- | ---: |",
    "| a | 1 |",
  ]);
});
