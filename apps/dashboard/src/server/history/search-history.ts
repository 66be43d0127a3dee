/** Looks through a history for what is wanted, a page at a time: no further than so many events, bytes and seconds. */
import type { EventDefinition, StreamEvent } from "@attune/streams";
import { compareIds, isEntryId, type Transport } from "@attune/transport";
import { z } from "zod";
import { fromCursor, toCursor } from "../cursor.ts";
import type { StoreAccess } from "../store-access.ts";
import { MergedHistory } from "./merged-history.ts";

export interface HistorySearch<Found> {
  readonly types: readonly (string | EventDefinition)[];
  readonly newestFirst: boolean;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** What all pages have in common. */
  readonly question: unknown;
  /** `undefined`: not wanted. */
  readonly find: (event: StreamEvent) => Found | undefined;
}

export interface HistoryPage<Found> {
  readonly found: readonly Found[];
  readonly next_cursor: string | null;
  /** False: looking was ended before the page was full, and goes on with the cursor. */
  readonly complete: boolean;
}

/** What one request looks through at most. */
export const searchBounds = { events: 10_000, bytes: 64 * 1024 * 1024, ms: 5000 };
/** What is found takes no more than about this. */
const mostFoundBytes = 8 * 1024 * 1024;

const placeSchema = z.tuple([
  z.string().refine(isEntryId),
  z.string(),
  z.string().refine(isEntryId).nullable(),
]);

/**
 * All pages together hold what was there when the first one was asked for, each once: what is published meanwhile is newer than
 * the first page of those that go back, and behind the end of those that go on.
 */
export function searchHistory<Found>(
  { transport, searches }: Pick<StoreAccess, "transport" | "searches">,
  search: HistorySearch<Found>,
): Promise<HistoryPage<Found>> {
  return searches.run(() => searchNow(transport, search));
}

async function searchNow<Found>(
  transport: Transport,
  search: HistorySearch<Found>,
): Promise<HistoryPage<Found>> {
  const { types, newestFirst, from, limit, question, find } = search;
  const [id, type, fixedEnd] = fromCursor(search.cursor, question, placeSchema) ?? [];
  const after = id === undefined || type === undefined ? undefined : { id, type };
  const to = fixedEnd ?? search.to;
  const history = await MergedHistory.open(transport, { types, newestFirst, from, to, after });
  const end = newestFirst ? null : endOf(history.end, to);
  const endsAt = transport.clock.monotonic() + searchBounds.ms;
  const found: Found[] = [];
  let [events, bytes, foundBytes] = [0, 0, 0];
  for (;;) {
    const event = await history.next();
    if (!event) return { found, next_cursor: null, complete: true };
    const { length } = event.rawData;
    events++;
    bytes += length;
    const one = find(event);
    if (one !== undefined) {
      found.push(one);
      foundBytes += length;
    }
    const full = found.length >= limit || foundBytes >= mostFoundBytes;
    const ended =
      events >= searchBounds.events || bytes >= searchBounds.bytes || transport.clock.monotonic() >= endsAt;
    if (!full && !ended) continue;
    const more = await history.hasMore();
    const next = more ? toCursor(question, [event.eventId, event.eventType, end]) : null;
    return { found, next_cursor: next, complete: full || !more };
  }
}

/** What is published meanwhile is no part of it: else what comes in late in one type would be missed between others. */
function endOf(newest: string, to: string | undefined): string {
  return to !== undefined && compareIds(to, newest) < 0 ? to : newest;
}
