/** Counts what an archive does, and tells of it. */
import { type Clock, type Gap, type Logger, timeOfId } from "@attune/transport";
import type { ArchiveProgress, ArchiveStatus } from "./archive-progress.ts";
import type { ArchiveRow } from "./sink.ts";

export interface ProgressCounterOptions {
  readonly who: string;
  readonly onProgress: ((progress: ArchiveProgress) => void) | undefined;
  readonly onGap: ((gap: Gap) => void) | undefined;
}

export class ProgressCounter {
  archived = 0;
  refused = 0;
  bytes = 0;
  batches = 0;
  retries = 0;
  lastError: string | null = null;
  readonly #options: ProgressCounterOptions;
  #missed = 0;
  #gapsOfUnknownSize = 0;
  #status: ArchiveStatus = "not started";
  #waiting: () => readonly (readonly ArchiveRow[])[] = () => [];

  constructor(options: ProgressCounterOptions) {
    this.#options = options;
  }

  get status(): ArchiveStatus {
    return this.#status;
  }

  /** What was received and is not written, oldest first. */
  waitsWith(waiting: () => readonly (readonly ArchiveRow[])[]): void {
    this.#waiting = waiting;
  }

  change(status: ArchiveStatus, clock: Clock | undefined, logger: Logger | undefined): void {
    if (this.#status === status) return;
    this.#status = status;
    this.tell(clock, logger);
  }

  gap(gap: Gap, logger: Logger): void {
    if (gap.missed === null) this.#gapsOfUnknownSize++;
    else this.#missed += gap.missed;
    const { onGap, who } = this.#options;
    if (onGap) {
      guarded(logger, who, "onGap", () => onGap(gap));
      return;
    }
    const number = gap.missed === null ? "an unknown number of" : gap.missed;
    logger.warn(
      `attune: ${who}: ${number} events of ${JSON.stringify(gap.eventType)} were gone before they could be archived: the stream was ${gap.reason}.`,
    );
  }

  now(clock: Clock | undefined): ArchiveProgress {
    const waiting = this.#waiting();
    const oldest = waiting.find((rows) => rows.length > 0)?.[0];
    const { archived, refused, bytes, batches, retries, lastError } = this;
    return {
      status: this.#status,
      archived,
      refused,
      missed: this.#missed,
      gapsOfUnknownSize: this.#gapsOfUnknownSize,
      bytes,
      batches,
      retries,
      waiting: waiting.reduce((sum, rows) => sum + rows.length, 0),
      lagMs: oldest && clock ? Math.max(0, clock.now() - timeOfId(oldest.eventId).getTime()) : 0,
      lastError,
    };
  }

  tell(clock: Clock | undefined, logger: Logger | undefined): void {
    const { onProgress, who } = this.#options;
    if (onProgress) guarded(logger, who, "onProgress", () => onProgress(this.now(clock)));
  }
}

/** What the user's function throws is told, and stops nothing. */
function guarded(logger: Logger | undefined, who: string, name: string, call: () => unknown): void {
  const tell = (error: unknown) => logger?.error(`attune: ${who}: ${name} threw: ${error}`);
  try {
    // An async function fits a type that returns nothing, too.
    const outcome = call();
    if (outcome instanceof Promise) outcome.catch(tell);
  } catch (error) {
    tell(error);
  }
}
