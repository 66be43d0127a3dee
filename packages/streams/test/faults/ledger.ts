/** Keeps count of what was published, acknowledged and delivered, so that a fault test ends with numbers. */
import type { EventConsumer, EventStreamer, StreamEvent } from "@attune/streams";

export interface Counts {
  readonly published: number;
  readonly acknowledged: number;
  readonly delivered: number;
  /** Acknowledged, never delivered. */
  readonly lost: number;
  /** Delivered more than once. */
  readonly duplicated: number;
  /** Delivered after one that was published later. */
  readonly outOfOrder: number;
}

interface Numbered {
  readonly n: number;
}

export class Ledger {
  readonly #streamer: EventStreamer;
  readonly #eventType: string;
  readonly #acknowledged = new Set<number>();
  readonly #delivered: number[] = [];
  #published = 0;
  #consuming: Promise<void> | undefined;

  constructor(streamer: EventStreamer, eventType: string) {
    this.#streamer = streamer;
    this.#eventType = eventType;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  get delivered(): number {
    return this.#delivered.length;
  }

  /** Publishes one event; every event has its own number. */
  async publish(options: { readonly keyed?: boolean } = {}): Promise<string> {
    const n = this.#published++;
    const id = await this.#streamer.publishEvent(
      this.#eventType,
      { n },
      options.keyed ? { idempotencyKey: `key-${n}` } : {},
    );
    if (id !== "") this.#acknowledged.add(n);
    return id;
  }

  /** Publishes `count` events, `width` at a time. */
  async publishMany(count: number, width: number, options: { readonly keyed?: boolean } = {}): Promise<void> {
    let left = count;
    await Promise.all(
      Array.from({ length: width }, async () => {
        while (left-- > 0) await this.publish(options);
      }),
    );
  }

  /** Publishes without a break until told to stop. */
  publishUntil(stopped: () => boolean): Promise<void> {
    return (async () => {
      while (!stopped()) {
        const id = await this.publish();
        // While the store is known to be away an answer comes at once: do not spin.
        await new Promise((resolve) => setTimeout(resolve, id === "" ? 5 : 0));
      }
    })();
  }

  consume(consumer: EventConsumer): void {
    this.#consuming = (async () => {
      for await (const event of consumer) this.#delivered.push(numberOf(event));
    })();
  }

  /** The consumer's end; rejects if it failed. */
  async consumed(): Promise<void> {
    await this.#consuming;
  }

  /** Waits until everything that was acknowledged has been delivered, or the time is over. */
  async settle(ms: number): Promise<Counts> {
    const end = performance.now() + ms;
    while (performance.now() < end && this.counts().lost > 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    // A duplicate would come late.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.counts();
  }

  /** What the store holds, by reading it all. */
  async stored(): Promise<{ readonly entries: number; readonly distinct: number }> {
    const numbers: number[] = [];
    for await (const event of this.#streamer.replayEvents({ eventTypes: [this.#eventType] })) {
      numbers.push(numberOf(event));
    }
    return { entries: numbers.length, distinct: new Set(numbers).size };
  }

  counts(): Counts {
    const seen = new Set(this.#delivered);
    let lost = 0;
    for (const n of this.#acknowledged) if (!seen.has(n)) lost++;
    let outOfOrder = 0;
    for (let i = 1; i < this.#delivered.length; i++) {
      if (this.#delivered[i]! < this.#delivered[i - 1]!) outOfOrder++;
    }
    return {
      published: this.#published,
      acknowledged: this.#acknowledged.size,
      delivered: this.#delivered.length,
      lost,
      duplicated: this.#delivered.length - seen.size,
      outOfOrder,
    };
  }
}

function numberOf(event: StreamEvent): number {
  return (event.data as unknown as Numbered).n;
}
