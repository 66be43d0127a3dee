/** The bell within a process: a set of callbacks per topic. */
import type { Bell, Topic, Watch } from "@attune/transport";

export class MemoryBell implements Bell {
  readonly #rings = new Map<Topic, Set<() => void>>();

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
    return {
      ready: Promise.resolve(),
      close: () => {
        for (const topic of topics) {
          const rings = this.#rings.get(topic);
          rings?.delete(ring);
          if (rings?.size === 0) this.#rings.delete(topic);
        }
      },
    };
  }
}
