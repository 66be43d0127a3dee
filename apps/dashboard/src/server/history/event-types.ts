/** The names of the event types that there are. Finding those of other programs takes the store a while, so it is asked now and then. */
import type { Transport } from "@attune/transport";

/** How long types of other programs may stay unknown. */
const thoroughMs = 10_000;

export class EventTypes {
  readonly #transport: Transport;
  #thorough: Promise<string[]> | undefined;
  #thoroughAt = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sorted. Rejects while the store is away. */
  async list(): Promise<string[]> {
    const [own, all] = await Promise.all([
      this.#transport.streams.list({ thorough: false }),
      this.#listThoroughly(),
    ]);
    return [...new Set([...own, ...all])].sort();
  }

  #listThoroughly(): Promise<string[]> {
    const now = this.#transport.clock.monotonic();
    if (!this.#thorough || now - this.#thoroughAt > thoroughMs) {
      this.#thoroughAt = now;
      const listing = this.#transport.streams.list({ thorough: true });
      listing.catch(() => {
        if (this.#thorough === listing) this.#thorough = undefined;
      });
      this.#thorough = listing;
    }
    return this.#thorough;
  }
}
