/** Commands below a group that does something by itself: the group's options would be understood there too, and go unheard. */
import type { Command } from "commander";
import { usageError } from "../exit-code.ts";
import { pathOf } from "../path-of.ts";

/** Refuses, below the group, those of its options that the command there does not have itself. */
export function ownOptions(group: Command): Command {
  return group.hook("preSubcommand", (_, command) => {
    for (const option of group.options) {
      const given = group.getOptionValueSource(option.attributeName()) === "cli";
      if (!given || command.options.some(({ long }) => long === option.long)) continue;
      const path = pathOf(command);
      throw usageError(`${path} takes no ${option.long}.`, `See: ${path} --help`);
    }
  });
}
