/** The signals of one run as a consumer of `coordination_signal` sees them, live. */

import { coordinationSignal } from "@attune/signals";
import { type EventConsumer, EventStreamer, type EventsOf } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { clipped } from "@attune-tools/terminal-text";
import type { AgentIds } from "./agent-ids.ts";
import { settlesWithin } from "./settles-within.ts";

const selected = [coordinationSignal] as const;
/** How long what was sent may take to arrive. */
const graceMs = 3000;

export class FollowedSignals {
  /** The ids of what arrived, in the order of arrival. */
  readonly seen: string[] = [];
  readonly #consumer: EventConsumer<EventsOf<typeof selected>>;
  readonly #ids: AgentIds;
  readonly #following: Promise<void>;
  #awaited: { readonly count: number; readonly done: () => void } | undefined;

  /** Resolves when the position is fixed: what is sent from then on is seen. `show` gets a line for each. */
  static async start(
    transport: Transport,
    ids: AgentIds,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<FollowedSignals> {
    const consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes: selected, signal });
    await consumer.ready;
    return new FollowedSignals(consumer, ids, show);
  }

  private constructor(
    consumer: EventConsumer<EventsOf<typeof selected>>,
    ids: AgentIds,
    show: (line: string) => void,
  ) {
    this.#consumer = consumer;
    this.#ids = ids;
    this.#following = this.#follow(show);
  }

  /** Ends the following once `count` have arrived; those that have not after a grace will not. */
  async end(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { count, done: resolve };
    if (this.seen.length < count) await settlesWithin(Promise.race([promise, this.#following]), graceMs);
    await this.#consumer.close();
    await this.#following;
  }

  async #follow(show: (line: string) => void): Promise<void> {
    for await (const event of this.#consumer) {
      // On a shared store there are the signals of other runs too.
      const source = event.valid ? this.#ids.nameOf(event.data.source_agent) : undefined;
      if (!event.valid || source === undefined) continue;
      const { signal_id, signal_type, target_agent, payload } = event.data;
      const target = target_agent === null ? "all" : (this.#ids.nameOf(target_agent) ?? target_agent);
      const text = payload === null ? "" : JSON.stringify(payload);
      show(clipped(`  ${source.padEnd(12)} → ${target.padEnd(12)}  ${signal_type.padEnd(18)}  ${text}`, 110));
      this.seen.push(signal_id);
      if (this.#awaited && this.seen.length >= this.#awaited.count) this.#awaited.done();
    }
  }
}
