/**
 * The function measurer: the longest functions of JavaScript and TypeScript files, the functions inside them counted
 * on their own. Lexical, so an estimate.
 */
import { javaScriptFunctions } from "../lexical/javascript-functions.ts";
import { isJavaScript } from "../tree/languages.ts";
import type { Agent } from "./agent.ts";
import { eachText } from "./each-file.ts";
import { topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

/** Longer than a screen: worth a look. */
const longFunctionLines = 60;

export const functionMeasurer: Agent = {
  id: "function-measurer",
  task: "measures functions (lexically)",
  async run(context) {
    const lengths = new Map<string, number>();
    const totals = { functions: 0, lines: 0, long: 0 };
    const files = context.files.filter(({ path }) => isJavaScript(path));
    await eachText(context, files, async ({ path }, text) => {
      for (const { name, line, ownLines: lines } of javaScriptFunctions(text)) {
        lengths.set(`${name} ${path}:${line}`, lines);
        totals.functions += 1;
        totals.lines += lines;
        if (lines <= longFunctionLines) continue;
        totals.long += 1;
        await context.publisher.finding("long function", `${path}:${line}`, `${name}: ${lines} lines`);
      }
    });
    const average = totals.functions === 0 ? 0 : totals.lines / totals.functions;
    return {
      headline: `${counted(totals.functions, "function")} of ${average.toFixed(1)} lines on average, ${totals.long.toLocaleString("en")} longer than ${longFunctionLines}`,
      totals,
      ranking: topOf(lengths, "lines"),
    };
  },
};
