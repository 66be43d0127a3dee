/** What the definitions of commands need: how an action is run, loaded only once it is called for. */
import type { Command } from "commander";
import type { Session } from "./session/session.ts";

/** What a command does. Ends with `exitCode.ok` unless it throws. */
export type Action<Options = object> = (
  session: Session,
  options: Options,
  args: readonly string[],
) => Promise<void>;

export interface Host {
  /** For `command.action(…)`. */
  runs<Options>(load: () => Promise<Action<Options>>): (...given: unknown[]) => Promise<void>;
}

/** The definition of a command with everything below it. */
export type Definition = (host: Host) => Command;
