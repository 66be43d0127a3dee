/** `attune events`: the newest events of some or all types, or all since a time; the oldest of them first. */
import { EventStreamer, type StreamEvent } from "@attune/streams";
import { compareIds } from "@attune/transport";
import { inRounds } from "@attune-tools/reading-loop";
import { defaultCount } from "../../input/count.ts";
import type { Session } from "../../session/session.ts";
import { newestOf } from "../../store/newest-of.ts";
import { printEvents } from "./print-events.ts";
import type { EventsWanted } from "./show-events.ts";

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
  // What matches may be anywhere: all of it is looked through.
  else yield* await newestOf(all(streamer, wanted, signal), count ?? defaultCount);
}

async function newest(
  streamer: EventStreamer,
  { types, since }: EventsWanted,
  count: number,
): Promise<StreamEvent[]> {
  const range = { count, ...(since && { from: since }) };
  let found: StreamEvent[] = [];
  await inRounds(types ?? (await streamer.listEventTypes()), async (type) => {
    const events = await streamer.getRecentEvents(type, range);
    // Of each type no more is kept than may be among the newest of all.
    found = [...found, ...events].sort(newestFirst).slice(0, count);
  });
  return found.reverse();
}

function newestFirst(one: StreamEvent, other: StreamEvent): number {
  return compareIds(other.eventId, one.eventId);
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
