/** The requests for approval of one run as a consumer of `approval_audit` sees them, live. */

import { approvalAudit } from "@attune/approvals";
import { type EventConsumer, EventStreamer, type EventsOf } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { clipped } from "@attune-tools/terminal-text";
import type { AgentIds } from "../agent-ids.ts";
import { settlesWithin } from "../settles-within.ts";

const selected = [approvalAudit] as const;
/** How long what was published may take to arrive. */
const graceMs = 3000;

export class FollowedApprovals {
  /** By request: its transitions, as they arrived. */
  readonly transitions = new Map<string, string[]>();
  readonly #consumer: EventConsumer<EventsOf<typeof selected>>;
  readonly #ids: AgentIds;
  readonly #following: Promise<void>;
  readonly #waiting = new Set<() => void>();

  /** Resolves when the position is fixed: what is published from then on is seen. `show` gets a line for each. */
  static async start(
    transport: Transport,
    ids: AgentIds,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<FollowedApprovals> {
    const consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes: selected, signal });
    await consumer.ready;
    return new FollowedApprovals(consumer, ids, show);
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

  /** Resolves when so many transitions have arrived, or nothing will arrive any more. */
  async arrived(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if ([...this.transitions.values()].flat().length >= count) resolve();
    };
    this.#waiting.add(look);
    look();
    await Promise.race([promise, this.#following]);
    this.#waiting.delete(look);
  }

  /** Ends the following once so many have arrived; those that have not after a grace will not. */
  async end(count: number): Promise<void> {
    await settlesWithin(this.arrived(count), graceMs);
    await this.#consumer.close();
    await this.#following;
  }

  async #follow(show: (line: string) => void): Promise<void> {
    for await (const { valid, data } of this.#consumer) {
      // On a shared store there are the requests of others too.
      const request = valid ? this.#ids.nameOf(data.request_id) : undefined;
      if (!valid || request === undefined) continue;
      const { transition, responder, agent_id, reason } = data;
      const who = this.#ids.nameOf(responder ?? agent_id) ?? responder ?? agent_id;
      const why = reason ? `: ${reason}` : "";
      show(clipped(`  ${transition.padEnd(9)}  ${request.padEnd(14)}  by ${who}${why}`, 120));
      this.transitions.set(request, [...(this.transitions.get(request) ?? []), transition]);
      for (const look of this.#waiting) look();
    }
  }
}
