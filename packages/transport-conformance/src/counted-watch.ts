/** A watch of the bell whose rings are counted and can be awaited. */
import type { Topic, Transport } from "@attune/transport";
import { within } from "./within.ts";

export class CountedWatch {
  readonly #watch;
  rings = 0;
  #onRing: (() => void) | undefined;

  constructor(transport: Transport, topics: readonly Topic[]) {
    this.#watch = transport.bell.watch(topics, () => {
      this.rings++;
      this.#onRing?.();
    });
  }

  get ready(): Promise<void> {
    return within(5000, "the bell can be heard", this.#watch.ready);
  }

  /** Resolves with the next ring. Ask before making the change. */
  nextRing(what: string): Promise<void> {
    return within(5000, what, new Promise((resolve) => (this.#onRing = resolve)));
  }

  close(): void {
    this.#watch.close();
  }
}
