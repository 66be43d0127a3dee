/** Which npm scripts a document names. */
import { expect, test } from "vitest";
import { checkNpmScripts } from "../../src/documents/check-npm-scripts.ts";

const check = (text: string) => checkNpmScripts({ path: "a.md", text }, ["demo", "test", "test:faults"]);

test("scripts that are there are fine, wherever they are named", () => {
  expect(
    check(
      "`npm run demo`. Or npm run test:faults.\n```sh\nnpm ci && npm test -- x\nnpm run -s demo -- --url x\n```",
    ),
  ).toEqual([]);
});

test.each([
  ["`npm run dem`", "a.md:1: there is no npm script dem"],
  ["x\n```sh\nnpm ci && npm run build\n```", "a.md:3: there is no npm script build"],
  ["```\nnpm start\n```", "a.md:2: there is no npm script start"],
  ["`npm run test:fault`", "a.md:1: there is no npm script test:fault"],
])("%s names one that is not", (text, problem) => {
  expect(check(text)).toEqual([problem]);
});

test("other languages' blocks and other packages' scripts do not count", () => {
  expect(check('```json\n{ "x": "npm run y" }\n```\n`npm run -w packages/a build`')).toEqual([]);
});
