/** `Archive`: follows streams and writes their events into a sink, each exactly once. */
import { DeadLetters } from "@attune/streams";
import {
  AttuneError,
  Degradation,
  isStoreFailure,
  type Logger,
  type Transport,
  TransportUse,
} from "@attune/transport";
import { type ArchiveOptions, type CheckedOptions, checkArchiveOptions } from "./archive-options.ts";
import type { ArchiveProgress } from "./archive-progress.ts";
import { ArchiveRun } from "./archive-run.ts";
import { calmLogger } from "./calm-logger.ts";
import { deadLetterSink } from "./dead-letter-sink.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { ProgressCounter } from "./progress-counter.ts";
import { SideErrors } from "./side-errors.ts";
import { isSinkUnavailable } from "./sink-errors.ts";
import { TrimHold } from "./trim-hold.ts";

const component = "Archive";

export interface RunOptions {
  /** Ends the run as `close()` does; the archive can be run again. */
  readonly signal?: AbortSignal;
  /** Resolves once everything is archived that the streams held when it began. Default: runs until closed. */
  readonly until?: "caught up";
}

export interface DeadLetterReplay {
  /** Are in the sink now, and no dead letters any more. */
  readonly replayed: number;
  /** Are still refused, or are kept without their data. */
  readonly left: number;
}

/** What there is once there is a transport. */
interface Opened {
  readonly transport: Transport;
  readonly logger: Logger;
  readonly sideErrors: SideErrors;
  readonly deadLetters: DeadLetters;
  readonly trimHold: TrimHold | undefined;
}

export class Archive implements AsyncDisposable {
  readonly #options: CheckedOptions;
  readonly #logger: Logger | undefined;
  readonly #use: TransportUse<Opened>;
  readonly #counter: ProgressCounter;
  readonly #replays = new OneAtATime();
  #run: ArchiveRun | undefined;
  #running = false;
  #closing: Promise<void> | undefined;

  /** Throws `ATTUNE_ARGUMENT_INVALID`, `ATTUNE_EVENT_TYPE_INVALID` or `ATTUNE_CURSOR_INVALID`. */
  constructor(options: ArchiveOptions) {
    this.#options = checkArchiveOptions(options);
    this.#logger = options.logger && calmLogger(options.logger);
    const { onProgress, onGap } = options;
    this.#counter = new ProgressCounter({ who: this.#who, onProgress, onGap });
    this.#use = new TransportUse({
      who: this.#who,
      transport: options.transport,
      on: (transport) => this.#on(transport),
    });
  }

  get progress(): ArchiveProgress {
    return this.#counter.now(this.#use.opened?.transport.clock);
  }

  /**
   * Archives, over outages of the store and of the sink, until it is closed. Rejects with `ATTUNE_SINK_REFUSED` when the sink
   * will not take anything, and with `ATTUNE_TRANSPORT_CLOSED` when this, or the transport, is closed already.
   */
  async run(options: RunOptions = {}): Promise<void> {
    if (options.until !== undefined && options.until !== "caught up") {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", 'until must be "caught up", or left out.', {
        details: { argument: "until" },
      });
    }
    await this.#use.run((opened) => this.#runOn(opened, options));
  }

  /**
   * Writes what this archive's sink has refused into it again, oldest first: after its tables were mended, say. Ends early, with what it
   * has done so far, when the store is away; rejects with `ATTUNE_SINK_UNAVAILABLE` when the sink is.
   */
  async replayDeadLetters(): Promise<DeadLetterReplay> {
    return this.#use.run((opened) => this.#replays.run(() => this.#replay(opened)));
  }

  /** Writes what was received, within `closeTimeoutMs`. Transport and sink stay open. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #who(): string {
    return `Archive ${JSON.stringify(this.#options.name)}`;
  }

  async #close(): Promise<void> {
    this.#use.end();
    this.#run?.end();
    await this.#use.settled();
    const { transport, logger } = this.#use.opened ?? {};
    this.#counter.change("closed", transport?.clock, logger ?? this.#logger);
  }

  async #runOn(
    { transport, logger, sideErrors, deadLetters, trimHold }: Opened,
    { signal, until }: RunOptions,
  ): Promise<void> {
    if (this.#running) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `${this.#who} is running already.`);
    }
    this.#running = true;
    const { name, sink } = this.#options;
    const run = new ArchiveRun({
      options: this.#options,
      who: this.#who,
      transport,
      logger,
      sideErrors,
      counter: this.#counter,
      trimHold,
      untilCaughtUp: until === "caught up",
      refuse: (row, reason) =>
        deadLetters
          .keep({
            group: groupOf(name),
            eventType: row.eventType,
            eventId: row.eventId,
            timestamp: Number.isNaN(row.timestamp.getTime()) ? new Date(0) : row.timestamp,
            source: shortened(row.source),
            rawData: row.data,
            error: reason,
            deliveryCount: 1,
            consumer: sink.kind,
          })
          .catch((error) => {
            // With `onUnavailable: "throw"`. The row waits, as it does without.
            if (!isStoreFailure(error)) throw error;
            this.#counter.lastError = error.message;
            return false;
          }),
    });
    this.#run = run;
    const onAbort = () => run.end();
    if (signal?.aborted || this.#closing) run.end();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await run.work();
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#run = undefined;
      this.#running = false;
      this.#counter.change("not started", transport.clock, logger);
    }
  }

  async #replay({ deadLetters }: Opened): Promise<DeadLetterReplay> {
    const { name, sink } = this.#options;
    const into = await deadLetterSink(sink, name);
    let left = 0;
    let unavailable: AttuneError | undefined;
    const replayed = await deadLetters.drain({ group: groupOf(name) }, async (letter) => {
      try {
        const isStillThere = async () => {
          const selection = { group: groupOf(name), eventType: letter.eventType, eventIds: [letter.eventId] };
          return (await deadLetters.list(selection, 1)).length > 0;
        };
        const outcome = await into.write(letter, isStillThere);
        if (outcome === "left") left++;
        return outcome === "gone" ? "left" : outcome;
      } catch (error) {
        if (!isSinkUnavailable(error)) throw error;
        unavailable = error;
        return "ended";
      }
    });
    if (unavailable) throw unavailable;
    return { replayed, left };
  }

  #on(transport: Transport): Opened {
    const logger = this.#logger ?? calmLogger(transport.logger);
    const degradation = new Degradation(transport, { component, logger });
    const { name, sink, eventTypes, archiveBeforeTrim } = this.#options;
    const { location } = sink;
    const sideErrors = new SideErrors(this.#who, logger);
    return {
      transport,
      logger,
      sideErrors,
      deadLetters: new DeadLetters(transport, degradation),
      trimHold:
        archiveBeforeTrim &&
        new TrimHold(transport, degradation, {
          name,
          location,
          eventTypes,
          sideErrors,
          ...archiveBeforeTrim,
        }),
    };
  }
}

/** Under which the dead letters of an archive are kept. */
function groupOf(name: string): string {
  return `archive:${name}`;
}

/** The longest source that publishers of ours give. One of somebody else may be too long for a record. */
const maxSourceLength = 1024;

function shortened(source: string): string {
  return source.length <= maxSourceLength ? source : source.slice(0, maxSourceLength).toWellFormed();
}
