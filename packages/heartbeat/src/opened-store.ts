/** What a coordinator works with once its transport is there. */
import { EventStreamer } from "@attune/streams";
import { type Logger, type Transport, transportWith } from "@attune/transport";
import { AgentReader } from "./agent-reader.ts";
import type { CheckedOptions } from "./coordinator-options.ts";
import { HeartbeatRecords } from "./heartbeat-records.ts";
import { LossReporter } from "./loss-reporter.ts";
import { StoreOutages } from "./store-outages.ts";

const component = "HeartbeatCoordinator";

/** One side of it: the records, and how they are read. */
interface Access {
  readonly transport: Transport;
  readonly records: HeartbeatRecords;
  readonly reader: AgentReader;
}

export class OpenedStore {
  readonly transport: Transport;
  readonly logger: Logger;
  /** For calls: with `onUnavailable: "throw"` they reject while the store is away. */
  readonly calls: Access;
  /** For what goes on by itself: never rejects for that. */
  readonly background: Access;
  readonly #outages: StoreOutages;
  readonly #options: CheckedOptions;

  constructor(transport: Transport, options: CheckedOptions) {
    this.transport = transport;
    this.logger = options.logger ?? transport.logger;
    this.#options = options;
    this.#outages = StoreOutages.of(transport);
    this.calls = this.#access(transport);
    // "throw" is meant for those who call; nobody is there to catch what goes on by itself.
    this.background =
      transport.onUnavailable === "degrade"
        ? this.calls
        : this.#access(transportWith(transport, { onUnavailable: "degrade" }));
  }

  /** Begins to tell losses; the result ends that. */
  reportLosses(intervalMs: number): () => void {
    const { transport, records } = this.background;
    const { logger } = this;
    const reporter = new LossReporter({
      transport,
      records,
      logger,
      outages: this.#outages,
      streamer: new EventStreamer({ transport, logger }),
      intervalMs,
      graceMs: this.#options.ttlMs,
    });
    return () => reporter.close();
  }

  #access(transport: Transport): Access {
    const { ttlMs, stalledAfterMs, staleAfterMs } = this.#options;
    const outages = this.#outages;
    const logger = this.logger;
    const records = new HeartbeatRecords(transport, { component, logger, outages, ttlMs });
    const reader = new AgentReader({
      records,
      outages,
      logger,
      thresholds: { stalledAfterMs, staleAfterMs },
      graceMs: ttlMs,
    });
    return { transport, records, reader };
  }
}
