/** What a page has missed that is not kept here any more: read from the store, up to where the live events take over. */
import { setTimeout as pause } from "node:timers/promises";
import type { EventConsumer, EventStreamer } from "@attune/streams";
import { compareIds, type Transport } from "@attune/transport";
import type { EventGap, EventPosition } from "../protocol/messages.ts";
import type { Missed } from "./event-log.ts";
import { keptCharacters, keptEvents, type LiveEvents } from "./live-events.ts";
import { pushedEvent } from "./pushed-event.ts";

export interface CatchUpOptions {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  readonly live: Pick<LiveEvents, "since">;
  /** What the page has. */
  readonly positions: readonly EventPosition[];
  /** The page is gone. */
  readonly signal: AbortSignal;
  /** Whoever takes longer begins anew. */
  readonly timeoutMs: number;
}

/** After so many it is looked whether the rest is kept here. */
const perLook = 100;
/** How long an event is waited for, before it is looked again. */
const lookMs = 10;

/**
 * Calls `joined` with exactly what the page has missed until then: nothing comes between, so that whatever is told from there on
 * follows on it. Resolves with false, and has not called it, if that is too much, takes too long, or lies in a stream that was
 * deleted since.
 */
export async function catchUp(options: CatchUpOptions, joined: (missed: Missed) => void): Promise<boolean> {
  const { transport, streamer, live, positions, timeoutMs } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  const events: string[] = [];
  const gaps: EventGap[] = [];
  let characters = 0;
  let wasReset = await haveGoneBack(transport, positions);
  if (wasReset) return false;
  await using consumer = streamer.consumeEvents({
    from: { version: 1, positions: [...positions] },
    signal,
    onGap: ({ eventType, missed, reason }) => {
      wasReset ||= reason === "reset";
      gaps.push({ event_type: eventType, missed, reason });
    },
  });
  if (!(await isReady(consumer))) return false;
  // Kept here and not asked of the consumer: it may have passed an event that is about to come.
  const ids = idsOf(consumer.cursor.positions);
  let coming: ReturnType<typeof consumer.next> | undefined;
  let looking: Promise<void> | undefined;
  for (let read = 0; !signal.aborted; ) {
    if (coming || read % perLook === 0) {
      const rest = live.since(ids);
      if (rest) {
        if (events.length + rest.events.length > keptEvents) return false;
        joined({ events: [...events, ...rest.events], gaps: [...gaps, ...rest.gaps] });
        return true;
      }
    }
    coming ??= consumer.next();
    // One timer for as many events as come meanwhile.
    looking ??= pause(lookMs).then(() => {
      looking = undefined;
    });
    const came = await Promise.race([coming, looking]);
    if (!came) continue;
    coming = undefined;
    read += 1;
    if (came.done || wasReset) return false;
    const event = came.value;
    const text = pushedEvent(event);
    ids.set(event.eventType, event.eventId);
    events.push(text);
    characters += text.length;
    if (events.length > keptEvents || characters > keptCharacters) return false;
  }
  return false;
}

export function idsOf(positions: readonly EventPosition[]): Map<string, string> {
  return new Map(positions.map(({ eventType, id }) => [eventType, id]));
}

/** Whether a stream no longer reaches to where the page has been: it was deleted, or its store has lost it. */
async function haveGoneBack(
  { streams }: Pick<Transport, "streams">,
  positions: readonly EventPosition[],
): Promise<boolean> {
  const states = await streams.states(positions.map(({ eventType }) => eventType));
  return states.some(({ lastId }, index) => compareIds(lastId, positions[index]!.id) < 0);
}

async function isReady(consumer: EventConsumer): Promise<boolean> {
  return consumer.ready.then(
    () => true,
    () => false,
  );
}
