/** What may stand at a place. */
import type { Command, Option } from "commander";
import { optionOf, type Place } from "./place.ts";

export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** Values that only the store knows, by the name of the option or argument. */
export type ValuesOf = (name: string, place: Place) => Promise<readonly string[]>;

/** Those that begin as `current` does. */
export async function candidatesAt(
  place: Place,
  current: string,
  valuesOf: ValuesOf,
): Promise<readonly Candidate[]> {
  const { command, option, onlyArguments, args, argument } = place;
  const found: Candidate[] = [];
  const add = (values: readonly string[], before = "") => {
    for (const value of values) found.push({ value: before + value });
  };
  const [, flag] = /^(--[a-z-]+)=/.exec(current) ?? [];
  const given = flag === undefined ? undefined : optionOf(command, flag);
  if (option) add(await ofOption(option.definition, place, valuesOf));
  if (option?.mustBe) {
    // Nothing else may stand there.
  } else if (given && !onlyArguments) {
    add(await ofOption(given, place, valuesOf), `${flag}=`);
  } else if (current.startsWith("-") && !onlyArguments) {
    found.push(...optionsOf(command));
  } else {
    if (args.length === 0 && !onlyArguments) found.push(...commandsBelow(command));
    if (argument) add(argument.argChoices ?? (await valuesOf(argument.name(), place)));
  }
  return found.filter(({ value }) => value.startsWith(current));
}

async function ofOption(option: Option, place: Place, valuesOf: ValuesOf): Promise<readonly string[]> {
  return option.argChoices ?? valuesOf(option.attributeName(), place);
}

/** Those of a group in between are for the group alone. */
function optionsOf(command: Command): Candidate[] {
  const help = command.createHelp();
  const root = rootOf(command);
  const options = [...help.visibleOptions(command), ...(root === command ? [] : root.options)];
  return options.flatMap(({ long, description }) =>
    long && long !== "--version" ? [{ value: long, description }] : [],
  );
}

function commandsBelow(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((below) => ({ value: below.name(), description: below.description() }));
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}
