/** All agents, as they are: read again and again, and at once when one starts, ends or is lost. */
import { type AgentHeartbeat, HeartbeatCoordinator, heartbeatTopic } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { agentJson } from "@attune-tools/record-json";
import type { Parts } from "../protocol/messages.ts";
import type { AgentJson, AgentPatch } from "../protocol/records.ts";
import { agentPatch, pushedAgent } from "./agent-patch.ts";
import type { Feed } from "./feed.ts";
import { PacedReading } from "./paced-reading.ts";
import type { Section } from "./section.ts";

export interface LiveAgentsOptions {
  readonly transport: Transport;
  readonly feed: Feed;
  /** Reading has failed for another reason than that the store is away. */
  readonly onFailure: (error: unknown) => void;
  readonly pace?: number | undefined;
}

export class LiveAgents implements Section {
  readonly #feed: Feed;
  readonly #heartbeat: HeartbeatCoordinator;
  readonly #reading: PacedReading;
  readonly #endings: (() => void)[];
  #agents = new Map<string, AgentJson>();
  #isKnown = false;

  constructor({ transport, feed, onFailure, pace = 1 }: LiveAgentsOptions) {
    this.#feed = feed;
    this.#heartbeat = new HeartbeatCoordinator({ transport });
    this.#reading = new PacedReading({
      transport,
      read: async () => this.#see(await this.#heartbeat.getAgents()),
      onAway: () => this.#away(),
      onFailure,
      intervalMs: 1000,
      idleIntervalMs: 5000,
      isWatched: () => feed.isRead,
      pace,
    });
    const bell = transport.bell.watch([heartbeatTopic], () => this.#reading.hurry());
    bell.ready.catch(() => {}); // without it news take an interval
    this.#endings = [() => bell.close(), feed.onFirstReader(() => this.#reading.hurry())];
  }

  /** In no particular order. */
  get all(): ReadonlyMap<string, AgentJson> {
    return this.#agents;
  }

  /** Whether they were read at least once. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  snapshot(): Parts {
    return { agents: { changed: Array.from(this.#agents.values(), pushedAgent), gone: [] } };
  }

  async close(): Promise<void> {
    this.#reading.close();
    for (const end of this.#endings) end();
    await this.#heartbeat.close();
  }

  #see(agents: readonly AgentHeartbeat[]): void {
    if (this.#reading.closed) return;
    const before = this.#agents;
    const now = new Map<string, AgentJson>();
    const changed: AgentPatch[] = [];
    for (const read of agents) {
      const agent = agentJson(read);
      const patch = agentPatch(before.get(agent.agent_id), agent);
      now.set(agent.agent_id, agent);
      if (patch) changed.push(patch);
    }
    const gone = [...before.keys()].filter((id) => !now.has(id));
    this.#agents = now;
    this.#isKnown = true;
    if (changed.length + gone.length > 0) this.#feed.add({ agents: { changed, gone } });
  }

  #away(): void {
    const changed: AgentPatch[] = [];
    for (const [id, agent] of this.#agents) {
      if (agent.liveness === "unknown") continue;
      this.#agents.set(id, { ...agent, liveness: "unknown" });
      changed.push({ agent_id: id, liveness: "unknown" });
    }
    if (changed.length > 0) this.#feed.add({ agents: { changed, gone: [] } });
  }
}
