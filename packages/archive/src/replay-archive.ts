/** `replayArchive`: publishes archived events into streams again. */
import type { EventStreamer, EventToPublish } from "@attune/streams";
import { AttuneError, isStoreFailure, sleep, systemClock } from "@attune/transport";
import type { ArchivedEvent } from "./archived-event.ts";
import { queryArchive } from "./query-archive.ts";
import type { ArchiveQuery, Sink } from "./sink.ts";

export interface ReplayArchiveOptions {
  readonly sink: Sink;
  /** Default: everything, oldest first. */
  readonly query?: ArchiveQuery;
  readonly streamer: EventStreamer;
  /** The type to publish an event under. Default: its own. */
  readonly eventType?: (event: ArchivedEvent) => string;
  /** Events per second, at most. Default: as fast as the store takes them. */
  readonly rate?: number;
  /** Ends it early, with what was published so far. */
  readonly signal?: AbortSignal;
}

export interface ReplayOutcome {
  readonly published: number;
  /** Their data is not JSON or does not fit the store's limits, or they are not known to be stored. */
  readonly failed: number;
}

/** Events per round trip. */
const largestBatch = 200;
const attempts = 5;

/**
 * The events get new ids and times; their source stays. One that was published less than 2 minutes ago, by a replay that was begun before
 * this one, is not published twice. Rejects as `queryArchive` does, and with `ATTUNE_ARGUMENT_INVALID` for a bad rate.
 */
export async function replayArchive(options: ReplayArchiveOptions): Promise<ReplayOutcome> {
  const { sink, query = {}, streamer, eventType = (event) => event.eventType, rate, signal } = options;
  if (rate !== undefined && !(typeof rate === "number" && rate > 0)) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "rate must be a number of events per second above 0.", {
      details: { argument: "rate" },
    });
  }
  const size = rate === undefined ? largestBatch : Math.max(1, Math.min(largestBatch, Math.floor(rate / 10)));
  const startedAt = systemClock.monotonic();
  let published = 0;
  let failed = 0;
  let seen = 0;
  let batch: EventToPublish[] = [];
  const flush = async () => {
    const ids = await publish(streamer, batch, signal);
    const stored = ids.filter((id) => id !== "" && id !== refused).length;
    published += stored;
    failed += batch.length - stored;
    batch = [];
    if (rate === undefined) return;
    const dueAt = startedAt + (seen / rate) * 1000;
    await sleep(systemClock, Math.max(0, dueAt - systemClock.monotonic()), { signal });
  };
  for await (const event of queryArchive(sink, query)) {
    if (signal?.aborted) break;
    seen++;
    if (!event.valid) {
      failed++;
      continue;
    }
    batch.push({
      eventType: eventType(event),
      data: event.data,
      source: event.source,
      idempotencyKey: `replay:${event.eventId}:${event.eventType}`,
    });
    if (batch.length >= size) await flush();
  }
  if (batch.length > 0 && !signal?.aborted) await flush();
  return { published, failed };
}

/** Instead of an id: asking again is of no use. */
const refused = null;
type Published = string | typeof refused;

/** Asks again for what is not known to be stored: the key keeps it from being there twice. */
async function publish(
  streamer: EventStreamer,
  batch: readonly EventToPublish[],
  signal: AbortSignal | undefined,
): Promise<Published[]> {
  const ids = await publishSome(streamer, batch);
  for (let attempt = 1; attempt < attempts && !signal?.aborted; attempt++) {
    const missing = [...ids.keys()].filter((index) => ids[index] === "");
    if (missing.length === 0) break;
    await sleep(systemClock, 100 * 2 ** attempt, { signal });
    const again = await publishSome(
      streamer,
      missing.map((index) => batch[index]!),
    );
    for (const [place, index] of missing.entries()) ids[index] = again[place]!;
  }
  return ids;
}

/** One that cannot be published at all (too large for this store) is not to keep the others from it. */
async function publishSome(streamer: EventStreamer, batch: readonly EventToPublish[]): Promise<Published[]> {
  try {
    return await streamer.publishEvents(batch);
  } catch (error) {
    // With `onUnavailable: "throw"`: as it is told without.
    if (isStoreFailure(error)) return (error.details.ids as string[] | undefined) ?? batch.map(() => "");
    if (!isAboutOne(error)) throw error;
    const ids: Published[] = [];
    for (const event of batch) {
      ids.push(
        await streamer.publishEvents([event]).then(
          ([id]) => id!,
          (reason) => {
            if (isAboutOne(reason)) return refused;
            throw reason;
          },
        ),
      );
    }
    return ids;
  }
}

/** Its data does not fit the store's limits, or its source is longer than publishers of ours may give. */
function isAboutOne(error: unknown): boolean {
  if (!(error instanceof AttuneError)) return false;
  return error.code.startsWith("ATTUNE_PAYLOAD_") || error.details.argument === "source";
}
