/** The size ranker: the largest files. */
import { lstat } from "node:fs/promises";
import type { Agent } from "./agent.ts";
import { eachFile } from "./each-file.ts";
import { topOf } from "./ranking.ts";
import { inBytes } from "./wording.ts";

export const sizeRanker: Agent = {
  id: "size-ranker",
  task: "ranks files by size",
  async run(context) {
    const sizes = new Map<string, number>();
    let bytes = 0;
    let largest = 0;
    await eachFile(context, context.files, async ({ path, location }) => {
      const { size } = await lstat(location);
      sizes.set(path, size);
      bytes += size;
      largest = Math.max(largest, size);
    });
    const ranking = topOf(sizes, "bytes");
    for (const { name, value } of ranking.slice(0, 3).filter((file) => file.value > 0)) {
      await context.publisher.finding("large file", name, inBytes(value));
    }
    return {
      headline: `${inBytes(bytes)} altogether, the largest file ${inBytes(largest)}`,
      totals: { files: sizes.size, bytes, largest },
      ranking,
    };
  },
};
