/** The newest ratings, one by one. */
import { compareIds, firstIdAt, type StreamEntry, type Transport } from "@attune/transport";
import { type FeedbackEntry, toFeedbackEntry } from "./rating-entry.ts";
import { streamOf } from "./stage-key.ts";
import type { RatedStage } from "./tiers.ts";

/** Entries per read. */
const perRead = 1000;

interface Found {
  readonly id: string;
  readonly feedback: FeedbackEntry;
}

/** The newest `limit` of several stages at a tier together, newest first: none that came before `since`. */
export async function newestRatings(
  { streams }: Transport,
  stages: readonly RatedStage[],
  limit: number,
  since: number,
): Promise<FeedbackEntry[]> {
  const ofEach = await Promise.all(
    stages.map(async (stage) => {
      const found: Found[] = [];
      for await (const entry of newestEntries(streams, streamOf(stage), limit, since)) {
        const feedback = toFeedbackEntry(stage, entry);
        if (feedback) found.push({ id: entry.id, feedback });
        if (found.length === limit) break;
      }
      return found;
    }),
  );
  return ofEach
    .flat()
    .sort((one, other) => compareIds(other.id, one.id))
    .slice(0, limit)
    .map(({ feedback }) => feedback);
}

async function* newestEntries(
  streams: Transport["streams"],
  eventType: string,
  limit: number,
  since: number,
): AsyncGenerator<StreamEntry> {
  const fromId = firstIdAt(new Date(since));
  for (let before: string | undefined; ; ) {
    // One more: the end of a range is part of it.
    const count = Math.min(perRead, limit) + 1;
    const entries = await streams.range({ eventType, fromId, toId: before, count, newestFirst: true });
    for (const entry of entries) if (entry.id !== before) yield entry;
    if (entries.length < count) return;
    before = entries.at(-1)!.id;
  }
}
