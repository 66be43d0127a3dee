/** From the words of the command line to the exit code. */
import { AttuneError } from "@attune/transport";
import { cleanJson, cleanText, nearestName } from "@attune-tools/terminal-text";
import { type Command, CommanderError } from "commander";
import { CliError, exitCode, exitCodeOf, usageError } from "./exit-code.ts";
import type { Action, Host } from "./host.ts";
import { program } from "./program.ts";
import { Interruption } from "./session/interruption.ts";
import { type GlobalOptions, Session } from "./session/session.ts";
import type { Surroundings } from "./session/surroundings.ts";
import { withoutTelemetry } from "./without-telemetry.ts";

export async function main(words: readonly string[], surroundings: Surroundings): Promise<number> {
  using interruption = new Interruption();
  const host: Host = {
    runs:
      (load) =>
      async (...given) => {
        const command = given.at(-1) as Command;
        refuseUnknownCommand(command);
        const session = new Session(command.optsWithGlobals<GlobalOptions>(), surroundings, interruption);
        await run(session, await load(), command);
      },
  };
  try {
    await program(host, surroundings).parseAsync(
      words.length === 0 ? ["--help"] : [...withoutTelemetry(words)],
      {
        from: "user",
      },
    );
    return interruption.exitCode ?? exitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    // What was interrupted may end in any way.
    if (interruption.exitCode !== undefined && !(error instanceof CliError)) return interruption.exitCode;
    tell(error, words, surroundings);
    return exitCodeOf(error);
  }
}

async function run<Options>(session: Session, action: Action<Options>, command: Command): Promise<void> {
  try {
    await action(session, command.optsWithGlobals() as Options, command.args);
  } catch (error) {
    await session.close().catch(() => {}); // what went wrong first is what is told
    throw error;
  }
  await session.close();
}

/** A command that does something by itself takes the name of a command below it for an argument, if it is misspelt. */
function refuseUnknownCommand(command: Command): void {
  const [first] = command.args;
  if (command.commands.length === 0 || first === undefined || command.registeredArguments.length > 0) return;
  const names = command.commands.map((below) => below.name());
  const nearest = nearestName(first, names);
  throw usageError(
    `${pathOf(command)} knows no command ${JSON.stringify(first)}${nearest ? `; did you mean ${nearest}?` : "."}`,
    `There are: ${names.join(", ")}. See: ${pathOf(command)} --help`,
  );
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function tell(error: unknown, words: readonly string[], { stderr }: Surroundings): void {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof AttuneError ? error.code : undefined;
  const advice = error instanceof CliError ? error.advice : [];
  if (words.includes("--json")) {
    stderr.write(`${cleanJson(JSON.stringify({ error: { code: code ?? null, message } }))}\n`);
  } else {
    const lines = [`attune: ${message}${code ? ` (${code})` : ""}`, ...advice.map((line) => `  ${line}`)];
    stderr.write(`${lines.map(cleanText).join("\n")}\n`);
  }
  if (words.includes("--debug")) {
    for (let at: unknown = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
      const trace = at instanceof Error ? (at.stack ?? at.message) : String(at);
      stderr.write(`${trace.split("\n").map(cleanText).join("\n")}\n`);
    }
  }
}
