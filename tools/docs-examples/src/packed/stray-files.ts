/** What lies in a tarball and should not, and what is missing. */

const belongs = /^(dist\/.+|src\/.+|package\.json|README\.md|LICENSE)$/;
const stray =
  /(\.tsbuildinfo|\.(test|spec|fixture|bench)(-d)?\.[cm]?[jt]sx?(\.map)?)$|(^|\/)(test|tests|__tests__|node_modules)\//;
const expected = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "src/index.ts"];

/** One sentence each; empty when all is well. */
export function strayFiles(files: readonly string[]): string[] {
  return [
    ...files
      .filter((file) => !belongs.test(file) || stray.test(file))
      .map((file) => `${file} does not belong there`),
    ...files.filter((file) => isLeftOver(file, files)).map((file) => `${file} is of a source that is gone`),
    ...expected.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ];
}

/** A build does not empty dist: the declarations of a deleted file stay, and would be published. */
function isLeftOver(file: string, files: readonly string[]): boolean {
  const declaration = /^dist\/(.+)\.d\.ts(?:\.map)?$/.exec(file);
  return declaration !== null && !files.includes(`src/${declaration[1]}.ts`);
}
