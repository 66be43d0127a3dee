/** The documents of this repository, as their readers find them. */
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Document {
  /** Relative to the root, with forward slashes: packages/streams/README.md */
  path: string;
  text: string;
}

const patterns = ["*.md", "{packages,apps,tools}/*/README.md", "bench/README.md", "docs/**/*.md"];

export async function findDocuments(root: string): Promise<Document[]> {
  const paths: string[] = [];
  for await (const path of glob(patterns, { cwd: root })) paths.push(path.replaceAll("\\", "/"));
  return Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })),
  );
}
