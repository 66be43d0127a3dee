/** `attune events`: the newest events of some or all types, or all since a time; the oldest of them first. */
import { EventStreamer, type StreamEvent } from "@attune/streams";
import { compareIds } from "@attune/transport";
import type { Session } from "../../session/session.ts";
import { type Events, printEvents } from "./print-events.ts";
import type { EventsWanted } from "./show-events.ts";

const defaultCount = 20;
/** Streams that are asked at once. */
const perRound = 50;

export async function recentEvents(session: Session, wanted: EventsWanted): Promise<void> {
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  await printEvents(session, chosen(streamer, wanted, session.signal));
}

async function* chosen(
  streamer: EventStreamer,
  wanted: EventsWanted,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const { since, count, matches } = wanted;
  if (since !== undefined && count === undefined) yield* all(streamer, wanted, signal);
  else if (matches === undefined) yield* await newest(streamer, wanted, count ?? defaultCount);
  else yield* await lastOf(all(streamer, wanted, signal), count ?? defaultCount);
}

async function newest(
  streamer: EventStreamer,
  { types, since }: EventsWanted,
  count: number,
): Promise<StreamEvent[]> {
  const eventTypes = types ?? (await streamer.listEventTypes());
  const range = { count, ...(since && { from: since }) };
  let found: StreamEvent[] = [];
  for (let at = 0; at < eventTypes.length; at += perRound) {
    const round = eventTypes.slice(at, at + perRound).map((type) => streamer.getRecentEvents(type, range));
    const merged = [...found, ...(await Promise.all(round)).flat()];
    found = merged.sort((one, other) => compareIds(other.eventId, one.eventId)).slice(0, count);
  }
  return found.reverse();
}

/** Everything that is wanted, as it is read. */
async function* all(
  streamer: EventStreamer,
  { types, since, matches }: EventsWanted,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void, undefined> {
  const range = since && { from: since };
  for await (const event of streamer.replayEvents({ eventTypes: types, signal, ...range })) {
    if (matches === undefined || matches(event)) yield event;
  }
}

/** What matches may be anywhere: all of it is looked through, and the newest of it are kept. */
async function lastOf(events: Events, count: number): Promise<StreamEvent[]> {
  let kept: StreamEvent[] = [];
  for await (const event of events) {
    kept.push(event);
    if (kept.length >= 2 * count) kept = kept.slice(-count);
  }
  return kept.slice(-count);
}
