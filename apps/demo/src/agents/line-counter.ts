/** The line counter: files and lines per language. */
import { languageOf } from "../tree/languages.ts";
import { readText } from "../tree/read-text.ts";
import type { Agent } from "./agent.ts";
import { eachFile } from "./each-file.ts";
import { addTo, topOf } from "./ranking.ts";
import { counted, inBytes } from "./wording.ts";

export const lineCounter: Agent = {
  id: "line-counter",
  task: "counts lines per language",
  async run(context) {
    const { publisher } = context;
    const lines = new Map<string, number>();
    const files = new Map<string, number>();
    const totals = { files: 0, lines: 0, binary: 0, too_large: 0, not_utf8: 0 };
    await eachFile(context, context.files, async (file) => {
      const content = await readText(file);
      if (content.kind === "binary") {
        totals.binary += 1;
      } else if (content.kind === "too-large") {
        totals.too_large += 1;
        await publisher.finding("not read", file.path, `too large for source: ${inBytes(content.bytes)}`);
      } else {
        const language = languageOf(file.path);
        const count = lineCount(content.text);
        addTo(lines, language, count);
        addTo(files, language);
        totals.files += 1;
        totals.lines += count;
        if (content.encoding === "utf-8") return;
        totals.not_utf8 += 1;
        await publisher.finding("not UTF-8", file.path, `read as ${content.encoding}`);
      }
    });
    const perLanguage = [...files].map(([language, count]) => [`files in ${language}`, count] as const);
    return {
      headline: `${counted(totals.lines, "line")} in ${counted(totals.files, "text file")}, ${counted(lines.size, "language")}`,
      totals: { ...totals, ...Object.fromEntries(perLanguage) },
      ranking: topOf(lines, "lines"),
    };
  },
};

/** A last line without a line break counts too. */
function lineCount(text: string): number {
  if (text === "") return 0;
  let count = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
