/** The mark finder: what people left for later in comments, with file and line. */
import type { Agent } from "./agent.ts";
import { maxFindingsPerKind } from "./agent-publisher.ts";
import { eachText } from "./each-file.ts";
import { addTo, topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

// The mark must be the first word of a comment, in capitals: prose that mentions one is none.
const mark = /(?:\/\/|\/\*+|^[ \t]*\*|#|<!--|--)[ \t]*@?(TODO|FIXME|HACK)\b:?[ \t]*(.*)/;

export const markFinder: Agent = {
  id: "mark-finder",
  task: "finds what was left for later",
  async run(context) {
    const marks = new Map<string, number>([
      ["TODO", 0],
      ["FIXME", 0],
      ["HACK", 0],
    ]);
    const files = new Map<string, number>();
    await eachText(context, context.files, async ({ path }, text) => {
      // Most files have none, and looking for the words is much quicker than looking at lines.
      if (!/TODO|FIXME|HACK/.test(text)) return;
      for (const [index, line] of text.split("\n").entries()) {
        // Minified code has lines of a megabyte; a comment that far along is nobody's note.
        const [, word, rest] = mark.exec(line.slice(0, 2000)) ?? [];
        if (word === undefined) continue;
        addTo(marks, word);
        addTo(files, path);
        await context.publisher.finding(
          word,
          `${path}:${index + 1}`,
          (rest ?? "").replace(/\*\/|-->/, "").trim(),
        );
      }
    });
    const total = [...marks.values()].reduce((sum, count) => sum + count, 0);
    const most = Math.max(...marks.values());
    const more = most > maxFindingsPerKind ? `, the first ${maxFindingsPerKind} of each kind published` : "";
    return {
      headline: `${counted(total, "mark")} in ${counted(files.size, "file")}${more}`,
      totals: Object.fromEntries(marks),
      ranking: topOf(files, "marks"),
    };
  },
};
