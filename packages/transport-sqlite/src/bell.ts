/** The bell: rung at once within this connection, and by what the file tells of other processes. */
import type { Bell, Topic, Watch } from "@attune/transport";

/** Who listens for what other processes change, while somebody watches. */
export interface BellListener {
  /** Somebody watches these topics too. */
  watched(topics: readonly Topic[]): void;
  /** Nobody watches this one any more. */
  left(topic: Topic): void;
}

export class SqliteBell implements Bell {
  readonly #rings = new Map<Topic, Set<() => void>>();
  #listener: BellListener | undefined;

  listenWith(listener: BellListener): void {
    this.#listener = listener;
  }

  /** What is watched now. */
  get topics(): Topic[] {
    return [...this.#rings.keys()];
  }

  ring(topic: Topic): void {
    const rings = this.#rings.get(topic);
    if (rings) for (const ring of [...rings]) ring();
  }

  watch(topics: readonly Topic[], ring: () => void): Watch {
    for (const topic of topics) {
      const rings = this.#rings.get(topic);
      if (rings) rings.add(ring);
      else this.#rings.set(topic, new Set([ring]));
    }
    this.#listener?.watched(topics);
    return {
      ready: Promise.resolve(),
      close: () => {
        for (const topic of topics) this.#leave(topic, ring);
      },
    };
  }

  #leave(topic: Topic, ring: () => void): void {
    const rings = this.#rings.get(topic);
    if (!rings?.delete(ring) || rings.size > 0) return;
    this.#rings.delete(topic);
    this.#listener?.left(topic);
  }
}
