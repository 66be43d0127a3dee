/** A workspace on the disk, and this repository itself. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkBoundaries, readWorkspace } from "../src/index.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-workspace-"));
});
afterEach(() => rm(root, { recursive: true }));

async function file(path: string, content: string | object): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

test("packages, their tags, dependencies and imports are read; folders without package.json are not", async () => {
  await file("package.json", { workspaces: ["packages/*", "bench"], devDependencies: { vitest: "5" } });
  await file("packages/a/package.json", {
    name: "@attune/a",
    nx: { tags: ["layer:adapter", "other"] },
    dependencies: { "@attune/b": "0" },
    peerDependencies: { ioredis: "5" },
  });
  await file("packages/a/src/deep/x.ts", `import { y } from "../../../b/src/y.ts";`);
  await file("packages/a/test/x.test.ts", `import "not-in-src";`);
  await file("packages/empty/README.md", "");
  await file("bench/package.json", { name: "bench", private: true });
  const workspace = await readWorkspace(root);
  expect(workspace.rootDevDependencies).toEqual(["vitest"]);
  expect(workspace.packages.map(({ name }) => name)).toEqual(["bench", "@attune/a"]);
  expect(workspace.packages[1]).toMatchObject({
    private: false,
    layers: ["adapter"],
    dependencies: ["@attune/b"],
    peerDependencies: ["ioredis"],
    imports: [{ file: "src/deep/x.ts", specifier: "../../../b/src/y.ts" }],
  });
  expect(checkBoundaries(workspace.packages)).toHaveLength(3); // bench has no layer, @attune/b is missing, the import leaves
});

test("a broken package.json is named", async () => {
  await file("package.json", "{");
  await expect(readWorkspace(root)).rejects.toThrow(/package\.json is no JSON/);
});

test("the command ends with 1 and a sentence each when something is against the rules", async () => {
  await file("package.json", { workspaces: ["packages/*"] });
  await file("packages/a/package.json", { name: "@attune/a" });
  // the command checks the repository it lies in, so it is put into this one
  const source = join(import.meta.dirname, "../src");
  await mkdir(join(root, "tools/boundaries"), { recursive: true });
  execFileSync("cp", ["-r", source, join(root, "tools/boundaries/src")]);
  await file("tools/boundaries/package.json", { type: "module" });
  const main = join(root, "tools/boundaries/src/main.ts");
  expect(() => execFileSync(process.execPath, [main], { stdio: "pipe" })).toThrow(
    /@attune\/a: needs exactly one layer tag[\s\S]*1 against the rules/,
  );
  await file("packages/a/package.json", { name: "@attune/a", nx: { tags: ["layer:contract"] } });
  expect(String(execFileSync(process.execPath, [main]))).toBe("1 packages keep to their layers.\n");
});
