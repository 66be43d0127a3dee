/**
 * Streams that an archive has asked not to trim yet. Archives say so in records, with a lease; publishers look before they publish
 * for the first time, and then from time to time in the background, so that publishing costs nothing more.
 */
import { sleep, type Transport } from "@attune/transport";
import { z } from "zod";

/** The bucket of these records; the key is of the archiver's choice. */
export const trimHoldsBucket = "trim-holds";

/** How long a publisher may go by what it saw last. */
const lookMs = 5000;
/** How long the first event waits for that at most: a store that does not answer holds up what it answers least. */
const firstLookMs = 500;
const pageSize = 100;

const trimHoldSchema = z.looseObject({
  /** `null`: all of them. */
  event_types: z.array(z.string()).nullable(),
  /** How long the streams may become meanwhile. */
  max_length: z.number().int().min(1),
  /** What follows is for the archives among each other: who it is, what it wants to stay, up to where it is done. */
  archive: z.string().optional(),
  archive_id: z.string().optional(),
  keep: z.number().int().min(1).optional(),
  /** Event ids by type, of long streams. */
  archived: z.record(z.string(), z.string()).optional(),
});

export type TrimHold = z.infer<typeof trimHoldSchema>;

export class TrimHolds {
  readonly #transport: Transport;
  #holds: readonly TrimHold[] = [];
  #lookAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isKnown = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether it was looked once. Who does not know might trim what has been held for hours. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  async untilKnown(): Promise<void> {
    const waited = new AbortController();
    const { clock } = this.#transport;
    const late = sleep(clock, firstLookMs, { signal: waited.signal, background: true });
    await Promise.race([this.look(), late]);
    waited.abort();
    this.#isKnown = true;
  }

  /** The length to trim a stream to, for somebody who would trim it to `maxLength`. */
  maxLength(eventType: string, maxLength: number): number {
    if (this.#transport.clock.monotonic() >= this.#lookAt) void this.look();
    let longest = maxLength;
    for (const { event_types, max_length } of this.#holds) {
      if (max_length > longest && (event_types === null || event_types.includes(eventType)))
        longest = max_length;
    }
    return longest;
  }

  /** Reads the records. What could not be read changes nothing. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { clock, records } = this.#transport;
    this.#lookAt = clock.monotonic() + lookMs;
    try {
      const holds: TrimHold[] = [];
      let from: string | null = null;
      do {
        const page = await records.list({ bucket: trimHoldsBucket, from, count: pageSize });
        for (const { value, leaseMs } of page.records) {
          // An archive that is gone holds nothing back for ever.
          if (leaseMs === null || leaseMs <= 0) continue;
          const hold = trimHoldSchema.safeParse(parsed(value));
          if (hold.success) holds.push(hold.data);
        }
        from = page.next;
      } while (from !== null);
      this.#holds = holds;
    } catch {
      // The store is away: the append beside it meets, and tells, the same. The next one looks again.
      this.#lookAt = clock.monotonic();
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const known = new WeakMap<object, TrimHolds>();

/** The same for all publishers on a transport. */
export function trimHoldsOf(transport: Transport): TrimHolds {
  const key = transport.streams;
  const holds = known.get(key) ?? new TrimHolds(transport);
  known.set(key, holds);
  return holds;
}
