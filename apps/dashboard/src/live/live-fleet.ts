/** All that the pages see, live: the sections, and the feed that they tell of changes. */
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import type { EventPosition, Parts } from "../protocol/messages.ts";
import { Feed } from "./feed.ts";
import { LiveAgents } from "./live-agents.ts";
import { LiveEvents } from "./live-events.ts";
import type { Section } from "./section.ts";
import { StoreStatus } from "./store-status.ts";

/** Short enough to be live, long enough that thousands of news a second go in few messages. */
const frameMs = 50;

export class LiveFleet {
  readonly feed: Feed;
  readonly streamer: EventStreamer;
  readonly agents: LiveAgents;
  readonly events: LiveEvents;
  readonly store: StoreStatus;
  readonly #sections: readonly Section[];

  constructor(transport: Transport) {
    const { logger } = transport;
    this.streamer = new EventStreamer({ transport });
    this.feed = new Feed({ frameMs, positions: () => this.events.positions });
    const { feed, streamer } = this;
    const onFailure = (error: unknown) =>
      logger.error(`The dashboard cannot read the store: ${(error as Error).message}`);
    this.store = new StoreStatus(transport, feed);
    this.agents = new LiveAgents({ transport, feed, intervalMs: 1000, onLatency: () => {}, onFailure });
    this.events = new LiveEvents({ transport, streamer, feed, logger, onEvent: () => {} });
    this.#sections = [this.store, this.agents, this.events];
  }

  /** Where everything stands, but for the events. What was told before has gone out: deltas that follow fit to it. */
  snapshot(): Parts & { readonly positions: readonly EventPosition[] } {
    this.feed.flush();
    const parts = this.#sections.map((section) => section.snapshot());
    return { ...Object.assign({}, ...parts), positions: this.events.positions };
  }

  async close(): Promise<void> {
    this.feed.close();
    await Promise.all(this.#sections.map((section) => section.close()));
  }
}
