/** Which files of a tarball are complained about. */
import { expect, test } from "vitest";
import { strayFiles } from "../../src/packed/stray-files.ts";

const whole = ["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "package.json", "src/index.ts"];

test("a whole package has nothing to complain about", () => {
  expect(strayFiles([...whole, "dist/index.js.map", "src/lua/a.lua", "src/a.ts", "dist/a.d.ts.map"])).toEqual(
    [],
  );
});

test.each([
  ["test/a.ts", "test/a.ts does not belong there"],
  ["src/a.test.ts", "src/a.test.ts does not belong there"],
  ["dist/.tsbuildinfo", "dist/.tsbuildinfo does not belong there"],
  ["tsconfig.json", "tsconfig.json does not belong there"],
  ["dist/gone.d.ts", "dist/gone.d.ts is of a source that is gone"],
])("%s is complained about", (file, problem) => {
  expect(strayFiles([...whole, file])).toEqual([problem]);
});

test("what is missing is named", () => {
  expect(strayFiles(whole.filter((file) => file !== "LICENSE" && file !== "README.md"))).toEqual([
    "README.md is missing",
    "LICENSE is missing",
  ]);
});
