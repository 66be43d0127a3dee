/** One run of an archive: from the stored position on, and from there again after somebody else had a turn. */
import {
  AttuneError,
  type Clock,
  type Cursor,
  compareIds,
  type Gap,
  isStoreFailure,
  type Logger,
  sleep,
  type Transport,
} from "@attune/transport";
import type { CheckedOptions } from "./archive-options.ts";
import { BatchFiller, type FilledBatch } from "./batch-filler.ts";
import { BatchWriter } from "./batch-writer.ts";
import { CaughtUp, existingTypes } from "./caught-up.ts";
import { OutageNotice } from "./outage-notice.ts";
import type { ProgressCounter } from "./progress-counter.ts";
import { RetryPause } from "./retry-pause.ts";
import type { SideErrors } from "./side-errors.ts";
import type { ArchivePosition, ArchiveRow } from "./sink.ts";
import { toArchiveRow } from "./to-archive-row.ts";
import type { TrimHold } from "./trim-hold.ts";

export interface ArchiveRunParts {
  readonly options: CheckedOptions;
  readonly who: string;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly sideErrors: SideErrors;
  readonly counter: ProgressCounter;
  readonly trimHold: TrimHold | undefined;
  readonly untilCaughtUp: boolean;
  readonly refuse: (row: ArchiveRow, reason: string) => Promise<boolean>;
}

type Ending = "ended" | "conflict";

const noEnd = Number.POSITIVE_INFINITY;
/** How often it is looked whether what a run waits for is gone. */
const lookMs = 200;

export class ArchiveRun {
  readonly #parts: ArchiveRunParts;
  readonly #clock: Clock;
  readonly #writer: BatchWriter;
  /** Nothing more is to be received. */
  readonly #ending = new AbortController();
  /** Nor written. */
  readonly #givenUp = new AbortController();
  #goal: CaughtUp | undefined;

  constructor(parts: ArchiveRunParts) {
    const { options, transport, who, logger, counter, refuse } = parts;
    this.#parts = parts;
    this.#clock = transport.clock;
    this.#writer = new BatchWriter({
      sink: options.sink,
      archive: options.name,
      clock: transport.clock,
      notice: new OutageNotice(who, options.sink.location, logger),
      refuse,
      onRetry: () => {
        counter.retries++;
      },
      onWaiting: (waitsFor, error) => {
        if (error) counter.lastError = (error as Error).message;
        this.#waitingFor = waitsFor;
        this.#showStatus();
      },
    });
  }

  #waitingFor: "the sink" | "the store" | "nothing" = "nothing";
  #standingBy = false;

  /** Ends it: what was received is still written, for so long as that may take. */
  end(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#clock.setTimer(() => this.#givenUp.abort(), this.#parts.options.closeTimeoutMs, {
      background: true,
    });
  }

  async work(): Promise<void> {
    const { transport, trimHold } = this.#parts;
    const stopListening = transport.onStatus(() => this.#showStatus());
    this.#showStatus();
    try {
      // Before the sink is asked: it may be away, and that is what publishers are to hold back for.
      await trimHold?.begin();
      if (!(await this.#writer.open(this.#stopping))) return;
      let position = await this.#writer.position(this.#stopping);
      while (position) {
        const ending = await this.#archiveFrom(position);
        if (ending === "ended") return;
        position = await this.#standBy();
      }
    } catch (error) {
      this.#parts.counter.lastError = (error as Error).message;
      throw error;
    } finally {
      stopListening();
      await trimHold?.end();
      this.#parts.counter.waitsWith(() => []);
    }
  }

  /** While there is nothing to be written there is no reason to wait for it. */
  get #stopping(): AbortSignal {
    return this.#ending.signal;
  }

  async #archiveFrom(position: ArchivePosition): Promise<Ending> {
    const { options, transport, untilCaughtUp, counter } = this.#parts;
    const follower = transport.follow<ArchiveRow>({
      eventTypes: options.eventTypes,
      from: position.cursor ?? options.from,
      count: Math.min(1000, options.batch.count),
      decode: toArchiveRow,
    });
    const filler = new BatchFiller(follower, this.#clock, options.batch);
    let { version } = position;
    const carried = carriedPositions(position.cursor, options.eventTypes);
    /** The batch that is full, and the one before it that is being written. */
    let full: FilledBatch | undefined;
    let writing: FilledBatch | undefined;
    counter.waitsWith(() => [writing?.rows ?? [], full?.rows ?? [], filler.rows]);
    let write: Promise<Ending | undefined> = Promise.resolve(undefined);
    // A write that ends the run does so also while nothing comes that could be written next.
    const over = new AbortController();
    const noMore = AbortSignal.any([this.#ending.signal, over.signal]);
    try {
      if (!(await untilReady(follower.ready, this.#ending.signal))) return "ended";
      if (untilCaughtUp) this.#goal ??= await this.#findGoal();
      let forgetAt = this.#clock.monotonic() + lookMs;
      // Who dies before the first event goes on from here all the same, and not from another "now".
      if (version === 0) {
        const first = { rows: [], bytes: 0, cursor: withPositions(follower.cursor, carried), gaps: [] };
        const ending = await this.#write(first, version++);
        if (ending) return ending;
      }
      for (;;) {
        if (this.#goal?.reached(follower.cursor) && filler.rows.length === 0) return (await write) ?? "ended";
        full = await filler.next(noMore, untilCaughtUp ? lookMs : noEnd);
        // One batch is being written, one is full: nothing more is taken in.
        const ending = await write;
        if (ending) return ending;
        if (full) {
          writing = { ...full, cursor: withPositions(full.cursor, carried) };
          full = undefined;
          write = this.#write(writing, version++);
          write.then(
            (outcome) => {
              writing = undefined;
              if (outcome) over.abort();
            },
            () => over.abort(),
          );
        } else if (filler.ended) {
          throw new AttuneError("ATTUNE_TRANSPORT_CLOSED", `The transport of ${this.#parts.who} was closed.`);
        } else if (this.#ending.signal.aborted) {
          return "ended";
        }
        // Also while other streams bring something all the time.
        if (this.#goal && this.#clock.monotonic() >= forgetAt) {
          await this.#forgetGone(this.#goal);
          forgetAt = this.#clock.monotonic() + lookMs;
        }
      }
    } finally {
      await follower.close();
      await write.catch(() => {});
    }
  }

  /** `undefined`: written. */
  async #write({ rows, bytes, cursor, gaps }: FilledBatch, after: number): Promise<Ending | undefined> {
    const { counter, logger, trimHold } = this.#parts;
    const outcome = await this.#writer.write(rows, cursor, after, this.#givenUp.signal);
    if (outcome === "conflict") return "conflict";
    if (!outcome) return "ended";
    counter.archived += outcome.written.length;
    counter.refused += outcome.refused;
    counter.bytes += outcome.refused === 0 ? bytes : sizeOf(outcome.written);
    if (rows.length > 0) counter.batches++;
    for (const gap of gaps as readonly Gap[]) counter.gap(gap, logger);
    await trimHold?.archived(cursor);
    counter.tell(this.#clock, logger);
    return undefined;
  }

  /**
   * Somebody else archives under this name. Resolves with the position to begin again from, once it has stood still for long enough
   * while there is something to archive; `undefined`: ended before.
   */
  async #standBy(): Promise<ArchivePosition | undefined> {
    const { options, logger, who } = this.#parts;
    const { takeOverMs, sink } = options;
    this.#standingBy = true;
    this.#showStatus();
    logger.warn(
      `attune: ${who}: another archiver of this name writes to ${sink.location}. Standing by, to take over once it stops.`,
    );
    let seen: ArchivePosition | undefined;
    let since = this.#clock.monotonic();
    const lookEveryMs = Math.min(3000, Math.max(20, takeOverMs / 10));
    while (!this.#ending.signal.aborted) {
      const position = await this.#writer.position(this.#ending.signal);
      if (!position) return undefined;
      const now = this.#clock.monotonic();
      if (seen?.version !== position.version) {
        seen = position;
        since = now;
        if (position.cursor) await this.#parts.trimHold?.archived(position.cursor);
      } else if (now - since >= takeOverMs && (await this.#isBehind(position.cursor))) {
        logger.warn(`attune: ${who}: the other archiver has stopped; taking over.`);
        this.#standingBy = false;
        this.#showStatus();
        return position;
      }
      if (this.#goal) await this.#forgetGone(this.#goal);
      if (this.#goal?.reached(position.cursor ?? noPositions)) return undefined;
      await sleep(this.#clock, lookEveryMs, { signal: this.#ending.signal });
    }
    return undefined;
  }

  /** What has to be archived until it has caught up; asked for until the store tells. */
  async #findGoal(): Promise<CaughtUp | undefined> {
    const { transport, options } = this.#parts;
    const pause = new RetryPause(this.#clock);
    while (!this.#ending.signal.aborted) {
      try {
        return await CaughtUp.withNow(transport.streams, options.eventTypes);
      } catch (error) {
        if (!isStoreFailure(error)) throw error;
        this.#parts.counter.lastError = error.message;
      }
      await pause.wait(this.#ending.signal);
    }
    return undefined;
  }

  async #forgetGone(goal: CaughtUp): Promise<void> {
    try {
      await goal.forgetGone();
    } catch (error) {
      this.#parts.sideErrors.tell("what is gone from the streams could not be asked", error);
    }
  }

  /** Whether the streams hold something after this cursor. Not while the store cannot say so. */
  async #isBehind(cursor: Cursor | null): Promise<boolean> {
    const { transport, options } = this.#parts;
    const { streams } = transport;
    try {
      const known = new Map(cursor?.positions.map(({ eventType, id }) => [eventType, id]));
      const states = await streams.states(await existingTypes(streams, options.eventTypes));
      return states.some(
        ({ eventType, length, lastId }) =>
          length > 0 && compareIds(lastId, known.get(eventType) ?? "0-0") > 0,
      );
    } catch (error) {
      this.#parts.sideErrors.tell("what the streams hold could not be asked", error);
      return false;
    }
  }

  #showStatus(): void {
    const { counter, transport, logger } = this.#parts;
    const waits = transport.status === "unavailable" ? "the store" : this.#waitingFor;
    const works = this.#standingBy ? "standing by" : "running";
    counter.change(waits === "nothing" ? works : `waiting for ${waits}`, this.#clock, logger);
  }
}

const noPositions: Cursor = { version: 1, positions: [] };

/** Of types that this run does not follow: one that does must not begin with them anew. */
function carriedPositions(cursor: Cursor | null, eventTypes: readonly string[] | "all"): Cursor["positions"] {
  if (eventTypes === "all") return [];
  const followed = new Set(eventTypes);
  return cursor?.positions.filter(({ eventType }) => !followed.has(eventType)) ?? [];
}

function withPositions(cursor: Cursor, more: Cursor["positions"]): Cursor {
  return more.length === 0 ? cursor : { ...cursor, positions: [...cursor.positions, ...more] };
}

function sizeOf(rows: readonly ArchiveRow[]): number {
  return rows.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
}

/** False: the signal came first. */
async function untilReady(ready: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onAbort = () => resolve(false);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([ready.then(() => true), promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
