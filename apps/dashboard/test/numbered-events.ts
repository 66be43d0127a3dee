/** Events that tell which one they are, and the count of what was shown of them. */
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { sleep, systemClock } from "@attune/transport";
import type { EventJson } from "../src/protocol/records.ts";

export interface ShownCounts {
  readonly sent: number;
  readonly shown: number;
  /** Sent, and not shown. */
  readonly lost: number;
  readonly doubled: number;
  /** Shown behind one of its type that was sent later. */
  readonly outOfOrder: number;
}

export class NumberedEvents {
  readonly #streamer: EventStreamer;
  readonly #types: readonly string[];
  /** Of each type, the numbers that are known to be stored. */
  readonly #sent = new Map<string, number[]>();
  #next = 0;

  constructor(transport: Transport, types: readonly string[], maxLength?: number) {
    this.#streamer = new EventStreamer({ transport, ...(maxLength === undefined ? {} : { maxLength }) });
    this.#types = types;
  }

  get sent(): number {
    return [...this.#sent.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  }

  async publish(count: number): Promise<void> {
    for (let at = 0; at < count; at += 100) {
      const events = Array.from({ length: Math.min(100, count - at) }, () => {
        const n = this.#next++;
        return { eventType: this.#types[n % this.#types.length]!, data: { n } };
      });
      const ids = await this.#ids(events);
      for (const [index, { eventType, data }] of events.entries()) {
        if (ids[index] === "" || ids[index] === undefined) continue;
        const numbers = this.#sent.get(eventType) ?? [];
        numbers.push(data.n);
        this.#sent.set(eventType, numbers);
      }
    }
  }

  /** A few at a time, until it is stopped. */
  async publishUntil(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      await this.publish(5);
      await sleep(systemClock, 5);
    }
  }

  counts(events: readonly EventJson[]): ShownCounts {
    const shown = new Map<string, number[]>();
    for (const { event_type, data } of events) {
      if (!this.#types.includes(event_type)) continue;
      const numbers = shown.get(event_type) ?? [];
      numbers.push((data as { readonly n: number }).n);
      shown.set(event_type, numbers);
    }
    let [lost, doubled, outOfOrder, total] = [0, 0, 0, 0];
    for (const type of this.#types) {
      const numbers = shown.get(type) ?? [];
      const distinct = new Set(numbers);
      total += numbers.length;
      doubled += numbers.length - distinct.size;
      for (const n of this.#sent.get(type) ?? []) if (!distinct.has(n)) lost += 1;
      for (let at = 1; at < numbers.length; at++) if (numbers[at]! < numbers[at - 1]!) outOfOrder += 1;
    }
    return { sent: this.sent, shown: total, lost, doubled, outOfOrder };
  }

  async #ids(events: Parameters<EventStreamer["publishEvents"]>[0]): Promise<readonly string[]> {
    try {
      return await this.#streamer.publishEvents(events);
    } catch {
      return [];
    }
  }
}
