/** Which archived events a command is about. */
import type { ArchiveQuery } from "@attune/archive";
import { checkEventType } from "@attune/transport";
import { timeOf } from "../../input/since.ts";

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
    ...(since === undefined ? {} : { from: timeOf("--since", since, now) }),
    ...(until === undefined ? {} : { to: timeOf("--until", until, now) }),
  };
}
