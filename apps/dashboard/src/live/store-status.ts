/** Whether the store answers, and since when. */
import type { Transport } from "@attune/transport";
import type { Parts, StoreState } from "../protocol/messages.ts";
import type { Feed } from "./feed.ts";
import type { Section } from "./section.ts";

export class StoreStatus implements Section {
  readonly #transport: Transport;
  readonly #stop: () => void;
  #since = new Date();

  constructor(transport: Transport, feed: Feed) {
    this.#transport = transport;
    this.#stop = transport.onStatus(() => {
      this.#since = new Date();
      feed.add({ store: this.state });
    });
  }

  get state(): StoreState {
    const available = this.#transport.status === "available";
    return {
      status: available ? "available" : "unavailable",
      location: this.#transport.location,
      since: this.#since.toISOString(),
      reason: available ? null : "the store does not answer",
    };
  }

  snapshot(): Parts {
    return { store: this.state };
  }

  close(): void {
    this.#stop();
  }
}
