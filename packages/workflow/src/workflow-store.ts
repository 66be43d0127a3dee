/** Where a workflow reports to: a transport that was given, or the default one, opened with the first run that needs it. */
import { EventStreamer } from "@attune/streams";
import {
  type Clock,
  defaultLogger,
  defaultTransport,
  type Logger,
  systemClock,
  type Transport,
  transportWith,
} from "@attune/transport";
import { wordsOf } from "./engine/words-of.ts";
import { safeLogger } from "./safe-logger.ts";

const component = "Workflow";

export interface OpenedStore {
  /** For the calls of stages: with `onUnavailable: "throw"` they reject while the store is away. */
  readonly calls: Transport;
  /** For what goes on by itself: an outage never reaches it as an error. */
  readonly background: Transport;
  readonly streamer: EventStreamer;
  readonly logger: Logger;
}

/** One pair per transport, so that a hundred workflows on it tell of an outage once. */
const views = new WeakMap<Transport, Pick<OpenedStore, "calls" | "background">>();

export class WorkflowStore {
  readonly #transport: Transport | undefined;
  readonly #logger: Logger | undefined;
  #opened: OpenedStore | undefined;
  #opening: Promise<OpenedStore | undefined> | undefined;
  #warned = false;

  constructor({
    transport,
    logger,
  }: { readonly transport: Transport | undefined; readonly logger: Logger | undefined }) {
    this.#transport = transport;
    this.#logger = logger;
  }

  get clock(): Clock {
    return this.#transport?.clock ?? systemClock;
  }

  /** As it was given, for the author's own code; as far as it is known before anything is opened. */
  get givenLogger(): Logger {
    return this.#logger ?? this.#transport?.logger ?? defaultLogger;
  }

  get logger(): Logger {
    return safeLogger(this.givenLogger);
  }

  /** `undefined`: it cannot be opened, which was told. At once wherever that is possible. */
  open(): OpenedStore | undefined | Promise<OpenedStore | undefined> {
    if (this.#transport) return this.#opened ?? this.#on(this.#transport);
    // A default transport that was closed is opened anew.
    if (this.#opened && this.#opened.background.status !== "closed") return this.#opened;
    this.#opening ??= this.#openDefault().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openDefault(): Promise<OpenedStore | undefined> {
    try {
      return this.#on(await defaultTransport());
    } catch (error) {
      // The work goes on without being seen, as in an outage; what to do about it is in the error's message.
      if (!this.#warned)
        this.logger.warn(`attune: ${component}: ${wordsOf(error)} Going on without a store.`);
      this.#warned = true;
      return undefined;
    }
  }

  #on(transport: Transport): OpenedStore {
    const logger = safeLogger(this.#logger ?? transport.logger);
    const { calls, background } = viewsOf(transport);
    const streamer = new EventStreamer({ transport: background, logger });
    this.#opened = { calls, background, streamer, logger };
    return this.#opened;
  }
}

function viewsOf(transport: Transport): Pick<OpenedStore, "calls" | "background"> {
  const known = views.get(transport);
  if (known) return known;
  const calls = transportWith(transport, { component });
  const background =
    transport.onUnavailable === "degrade" ? calls : transportWith(calls, { onUnavailable: "degrade" });
  views.set(transport, { calls, background });
  return { calls, background };
}
