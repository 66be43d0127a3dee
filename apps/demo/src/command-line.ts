/** Reads the command line: which demonstration, on which store, with which options. */

import { parseArgs } from "node:util";
import { defaultUrl } from "@attune/transport";
import { nearestName } from "@attune-tools/terminal-text";
import { type Demonstration, DemonstrationError, type DemonstrationOptions } from "./demonstration.ts";
import { demonstrations } from "./demonstrations/all.ts";

export interface CommandLine {
  readonly demonstration: Demonstration;
  readonly url: string;
  readonly options: DemonstrationOptions;
}

/** `"help"` when that was asked for. Throws a `DemonstrationError` for what it does not understand. */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  if (positionals.length > 1) throw misuse(`one demonstration at a time, not ${positionals.join(" and ")}.`);
  const demonstration = findDemonstration(positionals[0]);
  const { url, path, report, yes, elsewhere } = values;
  for (const [option, value] of Object.entries({ path, report, yes, elsewhere })) {
    if (value === undefined || (demonstration.options as readonly string[]).includes(option)) continue;
    throw misuse(`${demonstration.name} knows no --${option}.`);
  }
  for (const [option, value] of Object.entries({ url, path, report })) {
    if (value === "") throw misuse(`--${option} needs a value.`);
  }
  if (yes && elsewhere) throw misuse("either --yes or --elsewhere: they say who decides.");
  return {
    demonstration,
    url: url ?? (env.ATTUNE_URL || defaultUrl),
    options: { path, report, yes, elsewhere },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        url: { type: "string" },
        path: { type: "string" },
        report: { type: "string" },
        yes: { type: "boolean" },
        elsewhere: { type: "boolean" },
      },
    });
  } catch (error) {
    // The parser's own errors are about the arguments, and say what is wrong in one sentence.
    if (error instanceof TypeError && "code" in error)
      throw misuse(error.message.split(". To specify")[0]!, error);
    throw error;
  }
}

function findDemonstration(name: string | undefined): Demonstration {
  if (name === undefined) return demonstrations[0];
  const found = demonstrations.find((demonstration) => demonstration.name === name);
  if (found) return found;
  const names = demonstrations.map((demonstration) => demonstration.name);
  throw misuse(`there is no demonstration ${JSON.stringify(name)}. ${adviceFor(name, names)}`);
}

function adviceFor(name: string, names: readonly string[]): string {
  // What looks on is no demonstration, but a command of its own.
  if (name === "follow") return "To see events as they happen: npm run --silent attune -- events --follow";
  const nearest = nearestName(name, names);
  return nearest ? `Did you mean ${nearest}?` : `There are ${names.join(", ")}.`;
}

function misuse(message: string, cause?: unknown): DemonstrationError {
  return new DemonstrationError(`${message}\nSee: npm run demo -- --help`, 2, { cause });
}
