/** From the words of the command line to the exit code. */
import { nearestName } from "@attune-tools/terminal-text";
import { type Command, CommanderError } from "commander";
import { CliError, exitCode, exitCodeOf, usageError } from "./exit-code.ts";
import type { Action, Host } from "./host.ts";
import { pathOf } from "./path-of.ts";
import { program } from "./program.ts";
import { hasColors } from "./session/has-colors.ts";
import { Interruption } from "./session/interruption.ts";
import { Output, type OutputStream } from "./session/output.ts";
import { type GlobalOptions, Session } from "./session/session.ts";
import type { Surroundings } from "./session/surroundings.ts";
import { tellError } from "./tell-error.ts";
import { withoutTelemetry } from "./without-telemetry.ts";

export async function main(words: readonly string[], surroundings: Surroundings): Promise<number> {
  using interruption = new Interruption();
  const output = (stream: OutputStream, onClosed: (failure: Error | undefined) => void) =>
    new Output(stream, {
      color: hasColors(stream, words, surroundings.env),
      onClosed,
      signal: interruption.signal,
    });
  const stdout = output(surroundings.stdout, interruption.outputClosed);
  const stderr = output(surroundings.stderr, () => {});
  const host: Host = {
    runs:
      (load) =>
      async (...given) => {
        const command = given.at(-1) as Command;
        refuseUnknownCommand(command);
        const options = command.optsWithGlobals<GlobalOptions>();
        const session = new Session(options, { surroundings, stdout, stderr, interruption });
        await run(session, await load(), command);
      },
  };
  try {
    await carryOut(words, (advice) => program(host, { name: surroundings.name, stdout, advice }));
    await stdout.end();
    return interruption.exitCode ?? exitCode.ok;
  } catch (error) {
    // What was interrupted may end in any way.
    if (interruption.ended || (interruption.signal.aborted && !(error instanceof CliError))) {
      return interruption.exitCode ?? exitCodeOf(error);
    }
    stdout.flush();
    tellError(error, { stderr, json: words.includes("--json"), debug: words.includes("--debug") });
    return exitCodeOf(error);
  } finally {
    await stderr.end().catch(() => {}); // there is nowhere to tell it
  }
}

/** Throws a `CliError` for a mistake in the words; help and version are printed, and end well. */
async function carryOut(
  words: readonly string[],
  make: (advice: (text: string) => void) => Command,
): Promise<void> {
  let advice = "";
  const tree = make((text) => {
    advice += text;
  });
  const given = words.length === 0 ? ["--help"] : withoutTelemetry(words);
  try {
    await tree.parseAsync([...given], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const lines = advice.trimEnd().split("\n");
    if (error.code === "commander.unknownOption")
      lines.push("What begins with - and is no option goes behind --");
    if (error.code === "commander.help") throw usageError("A command is missing.", ...lines);
    throw usageError(error.message.replace(/^error: /, "").replaceAll("\n", " "), ...lines);
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
    `unknown command '${first}'${nearest ? ` (Did you mean ${nearest}?)` : ""}`,
    `There are: ${names.join(", ")}.`,
    `More:  ${pathOf(command)} --help`,
  );
}
