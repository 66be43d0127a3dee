/** What can be seen of the agents of one run: beats and losses on the streams, livenesses by watching. */

import { type AgentWatch, agentError, agentHeartbeat, type Liveness } from "@attune/heartbeat";
import { type EventConsumer, EventStreamer, type EventsOf } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { clipped } from "@attune-tools/terminal-text";
import type { AgentIds } from "./agent-ids.ts";
import { describeBeat } from "./beating-agent.ts";

const selected = [agentHeartbeat, agentError] as const;

export interface AgentObserverSetup {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly watch: AgentWatch;
  readonly show: (line: string) => void;
}

export class AgentObserver implements AsyncDisposable {
  readonly #setup: AgentObserverSetup;
  readonly #consumer: EventConsumer<EventsOf<typeof selected>>;
  readonly #observing: Promise<unknown>;
  readonly #beats = new Map<string, string[]>();
  readonly #livenesses = new Map<string, Liveness[]>();
  readonly #losses: string[] = [];

  /** Resolves when the position is fixed: every beat from then on is seen. */
  static async start(setup: AgentObserverSetup): Promise<AgentObserver> {
    const { transport } = setup;
    const consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes: selected });
    await consumer.ready;
    return new AgentObserver(setup, consumer);
  }

  private constructor(setup: AgentObserverSetup, consumer: EventConsumer<EventsOf<typeof selected>>) {
    this.#setup = setup;
    this.#consumer = consumer;
    this.#observing = Promise.all([this.#follow(), this.#watch()]);
  }

  /** As `describeBeat` puts them. A beat that only repeats the one before is left out. */
  beatsOf(name: string): readonly string[] {
    return this.#beats.get(name) ?? [];
  }

  /** As the watch told of them. */
  livenessesOf(name: string): readonly Liveness[] {
    return this.#livenesses.get(name) ?? [];
  }

  /** Who was told to be lost: once for each telling. */
  get losses(): readonly string[] {
    return this.#losses;
  }

  async close(): Promise<void> {
    await Promise.all([this.#consumer.close(), this.#setup.watch.close()]);
    await this.#observing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #follow(): Promise<void> {
    for await (const event of this.#consumer) {
      if (!event.valid) continue;
      // On a shared store there are the agents of others too.
      const name = this.#setup.ids.nameOf(event.data.agent_id);
      if (name === undefined) continue;
      if (event.eventType === "agent_heartbeat") {
        const { status, progress = 0, current_task = "" } = event.data;
        const beat = describeBeat(status, progress, current_task);
        const beats = listOf(this.#beats, name);
        if (beats.at(-1) !== beat) beats.push(beat);
        this.#show("beat", name, beat);
      } else {
        if (event.data.error_type === "agent_lost") this.#losses.push(name);
        this.#show("agent_error", name, event.data.error_message);
      }
    }
  }

  async #watch(): Promise<void> {
    for await (const { agent, from, to } of this.#setup.watch) {
      const name = this.#setup.ids.nameOf(agent.agentId);
      if (name === undefined) continue;
      listOf(this.#livenesses, name).push(to);
      this.#show("watcher", name, from === null ? to : `${from} → ${to}`);
    }
  }

  #show(what: string, name: string, text: string): void {
    this.#setup.show(clipped(`  ${what.padEnd(12)} ${name.padEnd(10)} ${text}`, 120));
  }
}

function listOf<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const known = lists.get(name);
  if (known) return known;
  const list: Item[] = [];
  lists.set(name, list);
  return list;
}
