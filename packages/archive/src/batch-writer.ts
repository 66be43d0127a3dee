/**
 * Writes batches after a known version of the position: over outages of the sink for as long as they last, past rows that it
 * refuses, and never a batch twice.
 */
import { isDeepStrictEqual } from "node:util";
import type { Clock, Cursor } from "@attune/transport";
import type { OutageNotice } from "./outage-notice.ts";
import { RetryPause } from "./retry-pause.ts";
import type { ArchivePosition, ArchiveRow, Refusal, Sink, WriteOutcome } from "./sink.ts";
import { isSinkUnavailable, sinkRefused } from "./sink-errors.ts";
import { impossible } from "./to-archive-row.ts";

export interface BatchWriterParts {
  readonly sink: Sink;
  readonly archive: string;
  readonly clock: Clock;
  readonly notice: OutageNotice;
  /** Puts a row that cannot be kept to the dead letters. Resolves with whether it is known to be there. */
  readonly refuse: (row: ArchiveRow, reason: string) => Promise<boolean>;
  readonly onRetry: () => void;
  readonly onWaiting: (waitsFor: "the sink" | "the store" | "nothing", error?: unknown) => void;
}

export interface WrittenBatch {
  readonly written: readonly ArchiveRow[];
  readonly refused: number;
}

export class BatchWriter {
  readonly #parts: BatchWriterParts;

  constructor(parts: BatchWriterParts) {
    this.#parts = parts;
  }

  /** Opens the sink. `undefined`: given up, since the signal aborted. */
  async open(giveUp: AbortSignal): Promise<true | undefined> {
    return this.#untilAvailable<true>(giveUp, async () => {
      await this.#parts.sink.open();
      return true;
    });
  }

  position(giveUp: AbortSignal): Promise<ArchivePosition | undefined> {
    const { sink, archive } = this.#parts;
    return this.#untilAvailable(giveUp, () => sink.position(archive));
  }

  /**
   * `"conflict"`: the stored position has another version. `undefined`: given up, since the signal aborted; it may have been written.
   * Rejects with what is no outage.
   */
  async write(
    rows: readonly ArchiveRow[],
    cursor: Cursor,
    afterVersion: number,
    giveUp: AbortSignal,
  ): Promise<WrittenBatch | "conflict" | undefined> {
    let left = rows;
    let refused = 0;
    let refusals: readonly Refusal[] = rows.flatMap((row, index) => {
      const reason = impossible(row);
      return reason === undefined ? [] : [{ index, reason }];
    });
    for (;;) {
      for (const { index, reason } of refusals) {
        if (!(await this.#refuse(left[index]!, reason, giveUp))) return undefined;
        refused++;
      }
      const indexes = new Set(refusals.map(({ index }) => index));
      if (indexes.size > 0) left = left.filter((_, index) => !indexes.has(index));
      const outcome = await this.#writeOnce(left, cursor, afterVersion, giveUp);
      if (!outcome) return undefined;
      if (outcome.outcome === "conflict") return "conflict";
      if (outcome.outcome === "written") return { written: left, refused };
      refusals = checked(outcome.refusals, left.length, this.#parts.sink.location);
    }
  }

  async #writeOnce(
    rows: readonly ArchiveRow[],
    cursor: Cursor,
    afterVersion: number,
    giveUp: AbortSignal,
  ): Promise<WriteOutcome | undefined> {
    const { sink, archive } = this.#parts;
    let asked = false;
    const isOurs = (stored: ArchivePosition) =>
      stored.version === afterVersion + 1 && isDeepStrictEqual(stored.cursor, cursor);
    return this.#untilAvailable(giveUp, async () => {
      if (asked) {
        // The one before was rejected, but may have been written.
        const stored = await sink.position(archive);
        if (isOurs(stored)) return { outcome: "written" };
        if (stored.version !== afterVersion) return { outcome: "conflict" };
      }
      const isFirst = !asked;
      asked = true;
      const outcome = await sink.write({ archive, rows, cursor, afterVersion });
      if (isFirst || outcome.outcome !== "conflict") return outcome;
      // The one before may have been under way all the time, and done just now.
      const stored = await sink.position(archive);
      return isOurs(stored) ? { outcome: "written" } : outcome;
    });
  }

  /** The batch must not pass before its refusals are kept. */
  async #refuse(row: ArchiveRow, reason: string, giveUp: AbortSignal): Promise<boolean> {
    const { clock, refuse, onWaiting } = this.#parts;
    const pause = new RetryPause(clock);
    while (!(await refuse(row, reason))) {
      onWaiting("the store");
      if (giveUp.aborted) return false;
      await pause.wait(giveUp);
    }
    onWaiting("nothing");
    return true;
  }

  async #untilAvailable<T>(giveUp: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    const { clock, notice, onRetry, onWaiting } = this.#parts;
    const pause = new RetryPause(clock);
    for (;;) {
      try {
        const outcome = await unlessGivenUp(work(), giveUp);
        if (!outcome) return undefined;
        notice.worked();
        onWaiting("nothing");
        return outcome.result;
      } catch (error) {
        if (!isSinkUnavailable(error)) throw error;
        notice.failed(error);
        onWaiting("the sink", error);
      }
      if (giveUp.aborted) return undefined;
      await pause.wait(giveUp);
      if (giveUp.aborted) return undefined;
      onRetry();
    }
  }
}

/** `undefined`: given up before. A sink that never answers must not keep an archive from its end; what comes late is nobody's. */
async function unlessGivenUp<T>(
  work: Promise<T>,
  giveUp: AbortSignal,
): Promise<{ readonly result: T } | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  // What is there already comes first.
  const onAbort = () => setImmediate(() => resolve(undefined));
  if (giveUp.aborted) onAbort();
  giveUp.addEventListener("abort", onAbort, { once: true });
  const done = work.then((result) => ({ result }));
  done.catch(() => {});
  try {
    return await Promise.race([done, promise]);
  } finally {
    giveUp.removeEventListener("abort", onAbort);
  }
}

/** A sink that refuses without saying what would be asked for ever. */
function checked(refusals: readonly Refusal[], rows: number, location: string): readonly Refusal[] {
  const byIndex = new Map(refusals.map((refusal) => [refusal.index, refusal]));
  const isOdd = [...byIndex.keys()].some((index) => !(Number.isInteger(index) && index >= 0 && index < rows));
  if (byIndex.size > 0 && !isOdd) return [...byIndex.values()];
  throw sinkRefused(`The sink at ${location} refused rows, but did not tell which of the batch`);
}
