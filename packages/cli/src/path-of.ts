/** A command as it is typed: `attune events publish`. */
import type { Command } from "commander";

export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
