/** Which archived events a command is about. */
import type { ArchiveQuery } from "@attune/archive";
import { checkEventType } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import { sinceOf } from "../../input/since.ts";

export interface SelectedEvents {
  readonly type?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

/** Throws for what cannot be meant. */
export function queryOf({ type, since, until }: SelectedEvents): ArchiveQuery {
  const now = Date.now();
  for (const each of type ?? []) checkEventType(each);
  return {
    ...(type === undefined ? {} : { types: type }),
    ...(since === undefined ? {} : { from: sinceOf(since, now) }),
    ...(until === undefined ? {} : { to: untilOf(until, now) }),
  };
}

/** Written as `--since` is. */
function untilOf(text: string, now: number): Date {
  try {
    return sinceOf(text, now);
  } catch (error) {
    throw usageError((error as Error).message.replace("--since", "--until"));
  }
}
