/** The source files of the demonstrations themselves: real files for agents to work on, wherever this is run. */
import { type TreeFile, walkTree } from "./tree/walk-tree.ts";

/** The first `count`, in the order of their names. */
export async function ownFiles(count: number): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for await (const folder of walkTree(import.meta.dirname)) files.push(...folder.files);
  return files.slice(0, count);
}
