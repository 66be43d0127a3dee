/** The duplicate finder: files of the same content. Empty files are left out, they are alike by nature. */
import { lstat } from "node:fs/promises";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import type { Agent } from "./agent.ts";
import { eachFile } from "./each-file.ts";
import { topOf } from "./ranking.ts";
import { counted, inBytes } from "./wording.ts";

export const duplicateFinder: Agent = {
  id: "duplicate-finder",
  task: "compares files by content",
  async run(context) {
    const bySize = new Map<number, TreeFile[]>();
    await eachFile(
      context,
      context.files,
      async (file) => {
        const { size } = await lstat(file.location);
        if (size > 0) listIn(bySize, size).push(file);
      },
      { start: 0, end: 0.5 },
    );
    // Only files of the same size can be the same: the others need not be read.
    const suspects = [...bySize].filter(([, files]) => files.length > 1);
    const sizes = new Map(suspects.flatMap(([size, files]) => files.map((file) => [file, size] as const)));
    const byHash = new Map<string, TreeFile[]>();
    await eachFile(
      context,
      [...sizes.keys()],
      async (file) => {
        const hash = await hashFile(file, { bytes: sizes.get(file)!, signal: context.signal });
        listIn(byHash, hash).push(file);
      },
      { start: 0.5, end: 1 },
    );
    const groups = [...byHash.values()].filter((files) => files.length > 1);
    const wasted = new Map<string, number>();
    for (const files of groups) {
      const [first, ...copies] = files.map(({ path }) => path).sort();
      wasted.set(first!, sizes.get(files[0]!)! * copies.length);
      await context.publisher.finding("duplicate", first!, `same as ${copies.join(", ")}`);
    }
    const bytes = [...wasted.values()].reduce((sum, count) => sum + count, 0);
    const copies = groups.reduce((sum, files) => sum + files.length - 1, 0);
    return {
      headline: `${counted(copies, "copy", "copies")} of ${counted(groups.length, "file")}, ${inBytes(bytes)} twice; ${counted(sizes.size, "file")} hashed`,
      totals: { groups: groups.length, copies, bytes, hashed: sizes.size },
      ranking: topOf(wasted, "bytes"),
    };
  },
};

function listIn<Key>(lists: Map<Key, TreeFile[]>, key: Key): TreeFile[] {
  const known = lists.get(key);
  if (known) return known;
  const list: TreeFile[] = [];
  lists.set(key, list);
  return list;
}
