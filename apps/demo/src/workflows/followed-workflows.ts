/** The workflows of one run as a consumer sees them, live: their signals, how far they are, what fails. */

import { agentError } from "@attune/heartbeat";
import { coordinationSignal } from "@attune/signals";
import { type EventConsumer, EventStreamer, type EventsOf } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { workflowProgress } from "@attune/workflow";
import { clipped } from "@attune-tools/terminal-text";
import type { AgentIds } from "../agent-ids.ts";
import { settlesWithin } from "../settles-within.ts";

const selected = [coordinationSignal, workflowProgress, agentError] as const;
type Followed = EventsOf<typeof selected>;
type DataOf<Type extends string> = Extract<Followed, { eventType: Type; valid: true }>["data"];
/** How long what was published may take to arrive. */
const graceMs = 3000;

export interface SeenSignal {
  readonly id: string;
  readonly type: string;
  /** By name; `null`: to all. */
  readonly target: string | null;
}

/** That a run of an agent has ended. */
export interface SeenEnd {
  readonly name: string;
  readonly status: string;
}

export class FollowedWorkflows {
  /** Each in the order of arrival. */
  readonly signals: SeenSignal[] = [];
  readonly ends: SeenEnd[] = [];
  readonly #consumer: EventConsumer<Followed>;
  readonly #ids: AgentIds;
  readonly #following: Promise<void>;
  readonly #waiting = new Set<() => void>();

  /** Resolves when the position is fixed: what is published from then on is seen. `show` gets a line for each. */
  static async start(
    transport: Transport,
    ids: AgentIds,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<FollowedWorkflows> {
    const consumer = new EventStreamer({ transport }).consumeEvents({ eventTypes: selected, signal });
    await consumer.ready;
    return new FollowedWorkflows(consumer, ids, show);
  }

  private constructor(consumer: EventConsumer<Followed>, ids: AgentIds, show: (line: string) => void) {
    this.#consumer = consumer;
    this.#ids = ids;
    this.#following = this.#follow(show);
  }

  /** Resolves when what has arrived makes it so, or nothing will arrive any more. */
  async until(isSo: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (isSo()) resolve();
    };
    this.#waiting.add(look);
    look();
    await Promise.race([promise, this.#following]);
    this.#waiting.delete(look);
  }

  /** Ends the following once so many have arrived; those that have not after a grace will not. */
  async end(awaited: { readonly signals: number; readonly ends: number }): Promise<void> {
    const { signals, ends } = this;
    await settlesWithin(
      this.until(() => signals.length >= awaited.signals && ends.length >= awaited.ends),
      graceMs,
    );
    await this.#consumer.close();
    await this.#following;
  }

  async #follow(show: (line: string) => void): Promise<void> {
    for await (const event of this.#consumer) {
      const line = event.valid ? this.#take(event) : undefined;
      if (line !== undefined) show(clipped(`  ${line}`, 120));
      for (const look of this.#waiting) look();
    }
  }

  /** `undefined`: there is nothing to show. On a shared store there are the workflows of others too. */
  #take(event: Followed & { readonly valid: true }): string | undefined {
    const { eventType, data } = event;
    const agentId = eventType === "coordination_signal" ? data.source_agent : data.agent_id;
    const name = agentId === undefined ? undefined : this.#ids.nameOf(agentId);
    if (name === undefined) return undefined;
    if (eventType === "coordination_signal") return this.#takeSignal(name, data);
    if (eventType === "workflow_progress") return this.#takeProgress(name, data);
    return described("error", name, data.error_message);
  }

  #takeSignal(
    name: string,
    { signal_id, signal_type, target_agent, payload }: DataOf<"coordination_signal">,
  ) {
    const target = target_agent === null ? null : (this.#ids.nameOf(target_agent) ?? target_agent);
    this.signals.push({ id: signal_id, type: signal_type, target });
    const text = payload === null ? "" : JSON.stringify(payload);
    return described("signal", name, `→ ${(target ?? "all").padEnd(12)}  ${signal_type}  ${text}`);
  }

  #takeProgress(name: string, { stage, status = "", progress, task }: DataOf<"workflow_progress">) {
    if (stage === undefined) this.ends.push({ name, status });
    // That a stage begins goes without saying.
    if (status === "running" && task === undefined) return undefined;
    const what = `${stage ?? "its run"} ${status === "running" ? "" : status}`;
    const percent = `${Math.floor(progress * 100)} %`;
    return described("progress", name, `  ${percent.padEnd(13)} ${what}${task ?? ""}`);
  }
}

function described(what: string, name: string, text: string): string {
  return `${what.padEnd(8)}  ${name.padEnd(12)} ${text}`;
}
