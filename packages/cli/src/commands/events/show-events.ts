/** `attune events`: which of its forms is meant. */
import { checkEventType } from "@attune/transport";
import { usageError } from "../../exit-code.ts";
import { countIn } from "../../input/count.ts";
import { durationOf } from "../../input/duration.ts";
import { timeOf } from "../../input/since.ts";
import type { Session } from "../../session/session.ts";
import { type EventFilter, eventFilter } from "./event-filter.ts";
import { followEvents } from "./follow-events.ts";
import { recentEvents } from "./recent-events.ts";
import { streamInfo } from "./stream-info.ts";

export interface EventsOptions {
  readonly follow?: boolean;
  readonly type?: readonly string[];
  readonly count?: string;
  readonly since?: string;
  readonly grep?: string;
  readonly timeout?: string;
  readonly streamInfo?: boolean;
}

/** What is asked for, in the terms of programs. */
export interface EventsWanted {
  /** `undefined`: of all types. */
  readonly types: readonly string[] | undefined;
  readonly since: Date | undefined;
  readonly count: number | undefined;
  readonly matches: EventFilter | undefined;
}

export async function showEvents(session: Session, options: EventsOptions): Promise<void> {
  const { follow, type, count, since, grep, timeout } = options;
  for (const each of type ?? []) checkEventType(each);
  if (options.streamInfo) {
    const other = Object.entries({ follow, count, since, grep, timeout }).find(
      ([, value]) => value !== undefined,
    );
    if (other) throw usageError(`--stream-info tells of streams; --${other[0]} is about events.`);
    return streamInfo(session, type);
  }
  if (timeout !== undefined && !follow) throw usageError("--timeout goes with --follow.");
  const wanted: EventsWanted = {
    types: type,
    since: since === undefined ? undefined : timeOf("--since", since, { now: Date.now(), utc: session.utc }),
    count: countIn(count),
    matches: grep === undefined ? undefined : eventFilter(grep),
  };
  if (!follow) return recentEvents(session, wanted);
  return followEvents(session, wanted, timeout === undefined ? undefined : durationOf("--timeout", timeout));
}
