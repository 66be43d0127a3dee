/**
 * Streams that an archive has asked not to trim yet. Archives say so in records, with a lease; publishers look from time to time,
 * in the background, so that publishing costs nothing more.
 */
import { AttuneError, type Transport } from "@attune/transport";

/** The bucket of these records; the key is of the archiver's choice. */
export const trimHoldsBucket = "trim-holds";

/** How long a publisher may go by what it saw last. */
const lookMs = 5000;
/**
 * Before anything is known, streams may become so many times as long: who trims without having looked might remove what has been
 * held for hours, and who waited for a look could be closed before his event is sent.
 */
const unknownFactor = 100;
const pageSize = 100;

/** What a record holds; other fields of it are nobody's concern here. */
export interface TrimHold {
  /** `null`: all of them. */
  readonly event_types: readonly string[] | null;
  /** How long the streams may become meanwhile. */
  readonly max_length: number;
  /** What follows is for the archives among each other: who it is, what it wants to stay, up to where it is done. */
  readonly archive?: string | undefined;
  readonly archive_id?: string | undefined;
  readonly keep?: number | undefined;
  /** Event ids by type, of long streams. */
  readonly archived?: Readonly<Record<string, string>> | undefined;
}

/** The hold in a record's value. `undefined`: it is damaged, and holds nothing back, for nobody. */
export function readTrimHold(value: string): TrimHold | undefined {
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    return undefined;
  }
  return isTrimHold(read) ? read : undefined;
}

/** By hand: every program that publishes has this, and a library of schemas takes longer to load than all else that it needs. */
function isTrimHold(value: unknown): value is TrimHold {
  if (!isObject(value)) return false;
  const { event_types, max_length, archive, archive_id, keep, archived } = value;
  return (
    (event_types === null ||
      (Array.isArray(event_types) && event_types.every((type) => typeof type === "string"))) &&
    isCount(max_length) &&
    (archive === undefined || typeof archive === "string") &&
    (archive_id === undefined || typeof archive_id === "string") &&
    (keep === undefined || isCount(keep)) &&
    (archived === undefined || areIdsByType(archived))
  );
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function areIdsByType(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).every((id) => typeof id === "string" && /^\d{1,20}-\d{1,20}$/.test(id));
}

export class TrimHolds {
  readonly #transport: Transport;
  #holds: readonly TrimHold[] = [];
  #lookAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isKnown = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The length to trim a stream to, for somebody who would trim it to `maxLength`. */
  maxLength(eventType: string, maxLength: number): number {
    if (this.#transport.clock.monotonic() >= this.#lookAt) void this.look();
    if (!this.#isKnown) return Math.min(Number.MAX_SAFE_INTEGER, maxLength * unknownFactor);
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
          const hold = readTrimHold(value);
          if (hold) holds.push(hold);
        }
        from = page.next;
      } while (from !== null);
      this.#holds = holds;
      this.#isKnown = true;
    } catch (error) {
      // The append beside it meets, and tells, the same: while the store is away the next one looks again. Who may not look
      // trims as ever.
      if (error instanceof AttuneError && error.code === "ATTUNE_STORE_REFUSED") this.#isKnown = true;
      else this.#lookAt = clock.monotonic();
    }
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
