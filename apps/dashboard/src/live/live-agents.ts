/** All agents, as they are: read again and again, and at once when one starts, ends or is lost. */
import { HeartbeatCoordinator, heartbeatTopic } from "@attune/heartbeat";
import { isStoreFailure, type Transport } from "@attune/transport";
import { ReadingLoop } from "@attune-tools/reading-loop";
import { agentJson } from "@attune-tools/record-json";
import type { Parts } from "../protocol/messages.ts";
import type { AgentJson, AgentPatch } from "../protocol/records.ts";
import type { Feed } from "./feed.ts";
import type { Section } from "./section.ts";

export interface LiveAgentsOptions {
  readonly transport: Transport;
  readonly feed: Feed;
  /** How long the store took to answer. */
  readonly onLatency: (ms: number) => void;
  /** Reading has failed for another reason than that the store is away. */
  readonly onFailure: (error: unknown) => void;
  readonly intervalMs: number;
}

/** Reading takes at most a quarter of the time, however large the fleet. */
const restPerRead = 3;

export class LiveAgents implements Section {
  readonly #options: LiveAgentsOptions;
  readonly #heartbeat: HeartbeatCoordinator;
  readonly #loop: ReadingLoop;
  readonly #endings: (() => void)[] = [];
  #agents = new Map<string, AgentJson>();
  #closed = false;

  constructor(options: LiveAgentsOptions) {
    this.#options = options;
    const { transport, intervalMs } = options;
    this.#heartbeat = new HeartbeatCoordinator({ transport });
    this.#loop = new ReadingLoop({ read: () => this.#read(), intervalMs, rest: restPerRead });
    const bell = transport.bell.watch([heartbeatTopic], () => this.#loop.hurry());
    bell.ready.catch(() => {}); // without it news take an interval
    this.#endings.push(
      () => bell.close(),
      transport.onStatus(() => this.#loop.hurry()),
    );
  }

  /** In no particular order. */
  get all(): ReadonlyMap<string, AgentJson> {
    return this.#agents;
  }

  snapshot(): Parts {
    return { agents: { changed: [...this.#agents.values()], gone: [] } };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#loop.close();
    for (const end of this.#endings) end();
    await this.#heartbeat.close();
  }

  async #read(): Promise<void> {
    const startedAt = performance.now();
    try {
      const agents = await this.#heartbeat.getAgents();
      if (this.#closed) return;
      this.#options.onLatency(performance.now() - startedAt);
      this.#see(agents.map(agentJson));
    } catch (error) {
      if (this.#closed) return;
      if (!isStoreFailure(error)) return this.#options.onFailure(error);
      this.#see([...this.#agents.values()].map((agent) => ({ ...agent, liveness: "unknown" as const })));
    }
  }

  #see(agents: readonly AgentJson[]): void {
    const now = new Map(agents.map((agent) => [agent.agent_id, agent]));
    const changed: AgentPatch[] = [];
    for (const agent of agents) {
      const patch = patchFrom(this.#agents.get(agent.agent_id), agent);
      if (patch) changed.push(patch);
    }
    const gone = [...this.#agents.keys()].filter((id) => !now.has(id));
    this.#agents = now;
    if (changed.length + gone.length > 0) this.#options.feed.add({ agents: { changed, gone } });
  }
}

/** The fields that are others now; `undefined`: none is. */
function patchFrom(before: AgentJson | undefined, now: AgentJson): AgentPatch | undefined {
  if (!before) return now;
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(now) as (keyof AgentJson)[]) {
    if (now[name] === before[name]) continue;
    if (name === "metadata" && JSON.stringify(now[name]) === JSON.stringify(before[name])) continue;
    patch[name] = now[name];
  }
  return Object.keys(patch).length === 0 ? undefined : ({ agent_id: now.agent_id, ...patch } as AgentPatch);
}
