/** The tree of commands. */
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { agents } from "./commands/agents/definition.ts";
import { approvals } from "./commands/approvals/definition.ts";
import { archive } from "./commands/archive/definition.ts";
import { complete, completion } from "./commands/completion/definition.ts";
import { dashboard } from "./commands/dashboard/definition.ts";
import { deadLetters } from "./commands/dead-letters/definition.ts";
import { doctor } from "./commands/doctor/definition.ts";
import { events } from "./commands/events/definition.ts";
import { feedback } from "./commands/feedback/definition.ts";
import { memory } from "./commands/memory/definition.ts";
import { signals } from "./commands/signals/definition.ts";
import { top } from "./commands/top/definition.ts";
import type { Definition, Host } from "./host.ts";
import { pathOf } from "./path-of.ts";
import type { Output } from "./session/output.ts";

const definitions: readonly Definition[] = [
  agents,
  signals,
  events,
  approvals,
  feedback,
  deadLetters,
  archive,
  dashboard,
  memory,
  doctor,
  top,
  completion,
];

const exitCodes = `
Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 store unavailable, 4 not found, 124 timed out, 130 interrupted (129, 143: by SIGHUP, SIGTERM).
Store: --url, else ATTUNE_URL, else "url" of attune.config.ts or .json, else the file .attune/attune.db.`;

export interface ProgramSetup {
  readonly name: string;
  readonly stdout: Output;
  /** Takes what is said of a mistake, beside the error that is thrown. */
  readonly advice: (text: string) => void;
}

/** Throws a `CommanderError` for a mistake, and when help or version was all that was wanted. */
export function program(host: Host, { name, stdout, advice }: ProgramSetup): Command {
  const root = new Command(name)
    .description("See and steer a fleet of AI agents.")
    .version(manifest.version, "-V, --version", "print the version")
    .option("--url <url>", "the store: sqlite:PATH, redis://HOST:PORT or rediss://HOST:PORT")
    .option("--prefix <text>", 'in front of every key in the store (default: "empathy:")')
    .option("--json", "JSON: one document, or an object a line while following")
    .option("--utc", "times in UTC instead of local ones")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .option("-q, --quiet", "only results, warnings and errors: not which store it is")
    .option("--debug", "stack traces, and what the library tells beside")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", exitCodes)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      outputError: () => {}, // it is thrown as well
      writeErr: advice,
      getOutHelpWidth: () => helpWidth(stdout),
      getErrHelpWidth: () => helpWidth(stdout),
    })
    .exitOverride();
  for (const definition of definitions) root.addCommand(definition(host));
  root.addCommand(complete(host), { hidden: true });
  for (const command of below(root)) {
    command.copyInheritedSettings(command.parent!);
    command.helpCommand(false);
    // Looked at in main.ts, which knows the names that there are.
    if (command.commands.length > 0 && command.registeredArguments.length === 0)
      command.allowExcessArguments();
  }
  for (const command of [root, ...below(root)]) {
    const path = pathOf(command);
    command.showHelpAfterError(`Usage: ${path} ${command.usage()}\nMore:  ${path} --help`);
  }
  return root;
}

function helpWidth({ width }: Output): number {
  return Number.isFinite(width) ? width : 80;
}

function* below(command: Command): Generator<Command> {
  for (const child of command.commands) {
    yield child;
    yield* below(child);
  }
}
