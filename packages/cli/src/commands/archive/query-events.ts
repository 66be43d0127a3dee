/** `attune archive query`: prints as `attune events` does. */
import { type ArchivedEvent, type ArchiveQuery, queryArchive, type Sink } from "@attune/archive";
import type { StreamEvent } from "@attune/streams";
import { countIn, defaultCount } from "../../input/count.ts";
import type { Session } from "../../session/session.ts";
import { type EventFilter, eventFilter } from "../events/event-filter.ts";
import { printEvents } from "../events/print-events.ts";
import { queryOf, type SelectedEvents } from "./selected-events.ts";
import { sinkToRead } from "./sink-to-read.ts";

export interface QueryEventsOptions extends SelectedEvents {
  readonly count?: string;
  readonly grep?: string;
}

export async function queryEvents(
  session: Session,
  options: QueryEventsOptions,
  [url]: readonly string[],
): Promise<void> {
  const { since, until, count, grep } = options;
  const query = queryOf(options, session);
  const ofTime = since !== undefined || until !== undefined;
  const wanted = countIn(count) ?? (ofTime ? undefined : defaultCount);
  const matches: EventFilter = grep === undefined ? () => true : eventFilter(grep);
  await using sink = await sinkToRead(session, url!);
  const events =
    wanted === undefined ? oldestFirst(sink, query, matches) : newest(sink, query, matches, wanted);
  await printEvents(session, events);
}

type Events = AsyncGenerator<StreamEvent, void, undefined>;

async function* oldestFirst(sink: Sink, query: ArchiveQuery, matches: EventFilter): Events {
  for await (const event of queryArchive(sink, query)) {
    const shown = asEvent(event);
    if (matches(shown)) yield shown;
  }
}

/** The newest ones, the oldest of them first. */
async function* newest(sink: Sink, query: ArchiveQuery, matches: EventFilter, count: number): Events {
  const found: StreamEvent[] = [];
  for await (const event of queryArchive(sink, { ...query, order: "newest first" })) {
    const shown = asEvent(event);
    if (matches(shown)) found.push(shown);
    if (found.length === count) break;
  }
  yield* found.reverse();
}

/** It has all that an event of a stream has; only the type does not say that one of the two forms is meant. */
function asEvent(event: ArchivedEvent): StreamEvent {
  return event as unknown as StreamEvent;
}
