/**
 * The licence checker: compares the licences of a tree with the allowed ones. Those it reads from a file that nobody has
 * written: it is there to fail, so that one sees what the others do then.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Agent } from "./agent.ts";
import { eachText } from "./each-file.ts";
import { topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

const policyFile = fileURLToPath(new URL("allowed-licenses.json", import.meta.url));

export const licenseChecker: Agent = {
  id: "license-checker",
  task: "compares licences with the allowed ones (meant to fail)",
  retry: { attempts: 2, backoffMs: 200 },
  meantToFail: true,
  async run(context) {
    const titles = new Map<string, number>();
    const files = context.files.filter(({ path }) => /(?:^|\/)(?:licen[cs]e|copying)[^/]*$/i.test(path));
    await eachText(context, files, ({ path }, text) => {
      titles.set(`${text.trim().split("\n", 1)[0]} ${path}`, text.length);
    });
    context.progress(1, policyFile);
    const allowed = JSON.parse(await readFile(policyFile, "utf8")) as string[];
    return {
      headline: `${counted(titles.size, "licence")}, ${counted(allowed.length, "allowed one")}`,
      totals: { licences: titles.size },
      ranking: topOf(titles, "characters"),
    };
  },
};
