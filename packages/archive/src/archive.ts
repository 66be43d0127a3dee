/** `Archive`: follows streams and writes their events into a sink, each exactly once. */
import { type DeadLetter, DeadLetters } from "@attune/streams";
import { AttuneError, Degradation, type Logger, type Transport, TransportUse } from "@attune/transport";
import { type ArchiveOptions, type CheckedOptions, checkArchiveOptions } from "./archive-options.ts";
import type { ArchiveProgress } from "./archive-progress.ts";
import { ArchiveRun } from "./archive-run.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { ProgressCounter } from "./progress-counter.ts";
import type { ArchiveRow } from "./sink.ts";
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
  readonly degradation: Degradation;
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
    this.#logger = options.logger;
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
    const { transport } = this.#use.opened ?? {};
    this.#counter.change("closed", transport?.clock, this.#logger ?? transport?.logger);
  }

  async #runOn({ transport, deadLetters, trimHold }: Opened, { signal, until }: RunOptions): Promise<void> {
    if (this.#running) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `${this.#who} is running already.`);
    }
    this.#running = true;
    const { name, sink } = this.#options;
    const run = new ArchiveRun({
      options: this.#options,
      who: this.#who,
      transport,
      logger: this.#logger ?? transport.logger,
      counter: this.#counter,
      trimHold,
      untilCaughtUp: until === "caught up",
      refuse: (row, reason) =>
        deadLetters.keep({
          group: groupOf(name),
          eventType: row.eventType,
          eventId: row.eventId,
          timestamp: Number.isNaN(row.timestamp.getTime()) ? new Date(0) : row.timestamp,
          source: row.source,
          rawData: row.data,
          error: reason,
          deliveryCount: 1,
          consumer: sink.kind,
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
      this.#counter.change("not started", transport.clock, this.#logger ?? transport.logger);
    }
  }

  async #replay({ deadLetters }: Opened): Promise<DeadLetterReplay> {
    const { name, sink } = this.#options;
    // A position of its own: the archive's is that of whoever is archiving just now.
    const archive = `${name} (dead letters)`;
    await sink.open();
    let { version } = await sink.position(archive);
    let left = 0;
    let unavailable: AttuneError | undefined;
    const replayed = await deadLetters.drain({ group: groupOf(name) }, async (letter) => {
      const row = toRow(letter);
      if (!row) {
        left++;
        return "left";
      }
      try {
        for (;;) {
          const batch = {
            archive,
            rows: [row],
            cursor: { version: 1, positions: [] },
            afterVersion: version,
          } as const;
          const { outcome } = await sink.write(batch);
          if (outcome === "conflict") {
            ({ version } = await sink.position(archive));
            continue;
          }
          if (outcome === "written") {
            version++;
            return "taken";
          }
          left++;
          return "left";
        }
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
    const logger = this.#logger ?? transport.logger;
    const degradation = new Degradation(transport, { component, logger });
    const { name, eventTypes, archiveBeforeTrim } = this.#options;
    return {
      transport,
      degradation,
      deadLetters: new DeadLetters(transport, degradation),
      trimHold:
        archiveBeforeTrim && new TrimHold(transport, degradation, { name, eventTypes, ...archiveBeforeTrim }),
    };
  }
}

/** Under which the dead letters of an archive are kept. */
function groupOf(name: string): string {
  return `archive:${name}`;
}

function toRow({ eventType, eventId, timestamp, source, rawData }: DeadLetter): ArchiveRow | undefined {
  return rawData === null ? undefined : { eventType, eventId, timestamp, source, data: rawData };
}
