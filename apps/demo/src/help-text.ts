/** What --help prints. */

import { defaultUrl } from "@attune/transport";
import { textTable } from "@attune-tools/terminal-text";
import { demonstrations } from "./demonstrations/all.ts";

export function helpText(): string {
  const list = demonstrations.map(({ name, summary, options }) => [
    name,
    `${summary}${options.length > 0 ? ` [${options.map((option) => `--${option}`).join(", ")}]` : ""}`,
  ]);
  return [
    "npm run demo -- [DEMONSTRATION] [OPTIONS]",
    "",
    "Demonstrations:",
    ...textTable(list, { width: 200 }),
    "",
    "Options:",
    ...textTable(
      [
        [
          "--url URL",
          "the store: sqlite:PATH (a file), redis://HOST:PORT or memory: (one process); also as ATTUNE_URL",
        ],
        ["", `when left out: ${defaultUrl}, which all processes of this machine share`],
        ["--path DIR", "the tree to audit; this repository when left out"],
        ["--report FILE", "where the audit's report goes; .attune/audit.md when left out"],
        ["--yes", "the audit asks nobody whether to write its report: the reviewer decides by its policy"],
        ["", "as it does where stdin and stdout are no terminal"],
        [
          "--elsewhere",
          "nobody is asked here: the report waits for a decision in the dashboard, or by attune approvals",
        ],
        ["--help, -h", "this text"],
      ],
      { width: 200 },
    ),
    "",
    "From another terminal, with the same --url:",
    "  npm run --silent attune -- events --follow   every event as it happens",
    "  npm run --silent attune -- top               every agent, live",
    "  npm run dashboard                            the fleet in a browser",
    "",
    "Ends with 0 when everything went as it should, 1 when not, 2 when called in the wrong way, 130 when interrupted.",
    "That a report was not approved is an outcome like another: 0, if nothing else is wrong.",
  ].join("\n");
}
