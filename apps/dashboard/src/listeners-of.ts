/** The listeners that features leave on a transport for as long as that is open: on one that is not ours they end with us. */
import type { Transport } from "@attune/transport";

export class ListenersOf {
  readonly #transport: Transport;
  readonly #stops = new Set<() => void>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** In the place of the transport's. */
  readonly onStatus: Transport["onStatus"] = (listener) => {
    const stop = this.#transport.onStatus(listener);
    const stopOnce = () => {
      this.#stops.delete(stopOnce);
      stop();
    };
    this.#stops.add(stopOnce);
    return stopOnce;
  };

  end(): void {
    for (const stop of this.#stops) stop();
  }
}
