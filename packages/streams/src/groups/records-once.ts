/** Marks of what was done, as records: for effects that are written elsewhere than in a database with transactions. */
import { createHash } from "node:crypto";
import { AttuneError, checkDuration, maxTtlMs, type StoredRecord, type Transport } from "@attune/transport";
import type { OnceKey, OnceOutcome, OnceStore } from "./process-once.ts";

export interface RecordsOnceOptions {
  readonly transport: Transport;
  /** How long it is remembered that something was done. Default 7 days, at most 366. */
  readonly keepMs?: number;
  /**
   * Default 30,000. Whoever began an effect has so long; after that it counts as failed, and may be begun again. Longer than
   * an effect takes, and shorter than the consumers' `minIdleMs`: else an event that comes again is found busy.
   */
  readonly holdMs?: number;
}

const bucket = "once";
const done = "done";
const begun = "begun";

/**
 * Throws `ATTUNE_EVENT_BUSY` while somebody else is at the same event, and store failures as they are: an event that may not be
 * marked must not be acknowledged.
 */
export function recordsOnce({ transport, ...options }: RecordsOnceOptions): OnceStore {
  const keepMs = checkDuration("keepMs", options.keepMs ?? 7 * 24 * 3_600_000, 1, maxTtlMs);
  const holdMs = checkDuration("holdMs", options.holdMs ?? 30_000, 1, maxTtlMs);
  const { records } = transport;

  /** The version of the mark, now that the effect may be run; `undefined`: it was done before. */
  const begin = async (key: string, shown: OnceKey): Promise<number | undefined> => {
    const put = { bucket, key, value: begun, leaseMs: holdMs, keepMs };
    let outcome = await records.put({ ...put, condition: { absent: true } });
    if (!outcome.stored && outcome.current && isOver(outcome.current)) {
      outcome = await records.put({ ...put, condition: { version: outcome.current.version } });
    }
    if (outcome.stored) return outcome.version;
    if (outcome.current?.value === done) return undefined;
    throw new AttuneError(
      "ATTUNE_EVENT_BUSY",
      `Event ${shown.eventId} of ${JSON.stringify(shown.eventType)} is being processed elsewhere.`,
      { details: { ...shown } },
    );
  };

  return {
    async once<T>(shown: OnceKey, effect: () => T | Promise<T>): Promise<OnceOutcome<T>> {
      const key = keyOf(shown);
      const version = await begin(key, shown);
      if (version === undefined) return { done: false };
      let result: T;
      try {
        result = await effect();
      } catch (error) {
        // Not done: it may be tried again at once. If this fails too, after `holdMs`.
        await records.delete(bucket, key).catch(() => {});
        throw error;
      }
      const marked = await records.put({
        bucket,
        key,
        value: done,
        leaseMs: null,
        keepMs,
        condition: { version },
      });
      if (marked.stored) return { done: true, result };
      throw new AttuneError(
        "ATTUNE_EVENT_BUSY",
        `The effect of event ${shown.eventId} took longer than holdMs, and was begun elsewhere meanwhile.`,
        { details: { ...shown } },
      );
    },
  };
}

function isOver({ value, leaseMs, excused }: StoredRecord): boolean {
  return value === begun && leaseMs !== null && leaseMs <= 0 && !excused;
}

function keyOf({ group, eventType, eventId }: OnceKey): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([group, eventType]))
    .digest("base64url");
  return `${eventId}.${hash.slice(0, 32)}`;
}
