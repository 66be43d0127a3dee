/** Which archived events a command is about. */
import type { ArchiveQuery } from "@attune/archive";
import { checkEventType } from "@attune/transport";
import { timeOf } from "../../input/since.ts";
import type { Session } from "../../session/session.ts";

export interface SelectedEvents {
  readonly type?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

/** Throws for what cannot be meant. */
export function queryOf({ type, since, until }: SelectedEvents, { utc }: Pick<Session, "utc">): ArchiveQuery {
  const now = Date.now();
  for (const each of type ?? []) checkEventType(each);
  return {
    ...(type === undefined ? {} : { types: type }),
    ...(since === undefined ? {} : { from: timeOf("--since", since, { now, utc }) }),
    ...(until === undefined ? {} : { to: timeOf("--until", until, { now, utc }) }),
  };
}
