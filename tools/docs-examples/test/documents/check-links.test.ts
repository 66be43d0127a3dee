/** Links of a document in a folder of its own. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkLinks } from "../../src/documents/check-links.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-links-"));
  await mkdir(join(root, "docs/sub"), { recursive: true });
  await writeFile(join(root, "README.md"), "# Top\n");
  await writeFile(join(root, "docs/a b.md"), "## Here\n");
  await writeFile(join(root, "docs/x.ts"), "");
});
afterAll(() => rm(root, { recursive: true }));

const check = (text: string) => checkLinks(root, { path: "docs/page.md", text });

test.each([
  "[a](x.ts)",
  "[a](./x.ts#L3)",
  "[a](a%20b.md#here)",
  '[a](<a b.md> "title")',
  "[a](../README.md#top)",
  "[a](/docs/x.ts)",
  "[a](sub)",
  "[a](https://example.org/nothing) [b](mailto:a@b.c)",
  "```md\n[a](nothing.md)\n```",
  "`[a](nothing.md)` and ``a ` [b](nothing.md)``",
  '<a href="x.ts">a</a>',
])("%s leads somewhere", async (text) => {
  expect(await check(text)).toEqual([]);
});

test.each([
  ["x\n\n[a](nothing.md)", "docs/page.md:3: nothing.md does not exist"],
  ["![a](no.png)", "docs/page.md:1: no.png does not exist"],
  ["[![a](x.ts)](no.html)", "docs/page.md:1: no.html does not exist"],
  ["[a](a%20b.md#there)", "docs/page.md:1: a%20b.md#there names a heading that is not there"],
  ["[a][b]\n\n[b]: no.md 'title'", "docs/page.md:3: no.md does not exist"],
  ["[a](../../elsewhere)", "docs/page.md:1: ../../elsewhere leaves the repository"],
  ["[a](sub#x)", "docs/page.md:1: sub#x has an anchor, but no README.md"],
  ["<img src='no.png'>", "docs/page.md:1: no.png does not exist"],
  ["[a](x.ts/y)", "docs/page.md:1: x.ts/y does not exist"],
])("%s leads nowhere", async (text, problem) => {
  expect(await check(text)).toEqual([problem]);
});

test("an anchor alone is looked for in the document itself", async () => {
  expect(await checkLinks(root, { path: "README.md", text: "[a](#top) [b](#nope)" })).toEqual([
    "README.md:1: #nope names a heading that is not there",
  ]);
});
