/** A source tree in a temporary folder, removed when the test is over. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Gives the folder's path. Keys of `files` are paths with slashes. */
export async function makeTree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "attune-demo-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A tree that takes an audit about a second: time enough to do something in the middle. */
export function makeLargeTree(): Promise<string> {
  const names = Array.from({ length: 800 }, (_, index) => `src/${index % 20}/module-${index}.ts`);
  return makeTree(
    Object.fromEntries(names.map((name) => [name, `export const name = "${name}";\n`.repeat(50)])),
  );
}
