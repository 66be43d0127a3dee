/** Where in a command line somebody is: below which command, and what may stand there. */
import type { Argument, Command, Option } from "commander";

export interface Place {
  readonly command: Command;
  /** What stands there has to be a value of this option, or may be one. */
  readonly option: { readonly definition: Option; readonly mustBe: boolean } | undefined;
  /** Nothing but arguments comes after `--`. */
  readonly onlyArguments: boolean;
  /** The arguments of the command that are there already. */
  readonly args: readonly string[];
  /** The next one; `undefined`: it takes no more. */
  readonly argument: Argument | undefined;
  /** Values of options by their names, the last of each. */
  readonly values: ReadonlyMap<string, string>;
}

export function placeAfter(words: readonly string[], root: Command): Place {
  let command = root;
  let option: Option | undefined;
  let hasValue = false;
  let onlyArguments = false;
  let args: string[] = [];
  const values = new Map<string, string>();
  for (const word of words) {
    const isOption = !onlyArguments && word.startsWith("-") && word !== "-";
    if (option && !(isOption && (hasValue || option.optional))) {
      values.set(option.attributeName(), word);
      hasValue = true;
      if (!option.variadic) option = undefined;
    } else if (word === "--" && !onlyArguments) {
      onlyArguments = true;
      option = undefined;
    } else if (isOption) {
      const [name, ...value] = word.split("=");
      option = optionOf(command, name!);
      hasValue = false;
      if (option && value.length > 0) values.set(option.attributeName(), value.join("="));
      if (value.length > 0 || (option && !option.required && !option.optional)) option = undefined;
    } else {
      const below = args.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (below) command = below;
      else args = [...args, word];
    }
  }
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return {
    command,
    option: option && { definition: option, mustBe: !hasValue && !option.optional },
    onlyArguments,
    args,
    argument: registeredArguments[args.length] ?? (last?.variadic ? last : undefined),
    values,
  };
}

/** Also one of a command above. */
export function optionOf(command: Command, flag: string): Option | undefined {
  const own = command.options.find(({ long, short }) => flag === long || flag === short);
  return own ?? (command.parent ? optionOf(command.parent, flag) : undefined);
}
