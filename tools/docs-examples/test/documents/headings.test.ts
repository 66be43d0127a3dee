/** Anchors as GitHub makes them. */
import { expect, test } from "vitest";
import { anchorsOf } from "../../src/documents/headings.ts";

test.each([
  ["## What it promises", "what-it-promises"],
  ["# @attune/transport-redis", "attunetransport-redis"],
  ["## `openTransport(url)` — and `memory:`", "opentransporturl--and-memory"],
  ["### 1. Follow ###", "1-follow"],
  ["## snake_case", "snake_case"],
  ["## A [link](b.md#c) here", "a-link-here"],
  ["## Größe", "größe"],
  ["Title\n=====", "title"],
  ['<a id="here"></a>', "here"],
])("%s", (markdown, anchor) => {
  expect([...anchorsOf(markdown)]).toEqual([anchor]);
});

test("the same heading again is numbered", () => {
  expect([...anchorsOf("# A\n## A\n## A")]).toEqual(["a", "a-1", "a-2"]);
});

test("comments in code and rows of tables are no headings", () => {
  expect([...anchorsOf("```sh\n# not me\n```\n| a |\n|---|\n\n---\n")]).toEqual([]);
});
