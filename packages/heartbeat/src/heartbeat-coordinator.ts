/** `HeartbeatCoordinator`: say that an agent lives and what it is doing, and see who else does. */
import type { JsonCompatible } from "@attune/streams";
import {
  AttuneError,
  checkChoice,
  checkDuration,
  checkInteger,
  checkName,
  defaultPayloadLimits,
  defaultTransport,
  type PayloadLimits,
  systemClock,
} from "@attune/transport";
import {
  type AgentHeartbeat,
  type AgentStatus,
  type FinalStatus,
  finalStatuses,
  isFinal,
  type Liveness,
  type Metadata,
  type UnknownAgent,
  unknownAgent,
} from "./agent-heartbeat.ts";
import type { SeenAgent } from "./agent-reader.ts";
import { AgentSession } from "./agent-session.ts";
import { changedState, finalState, initialState } from "./agent-state.ts";
import type { BeatOutcome } from "./beats.ts";
import {
  type CheckedOptions,
  checkOptions,
  type HeartbeatCoordinatorOptions,
} from "./coordinator-options.ts";
import { OpenedStore } from "./opened-store.ts";
import { AgentWatch } from "./watch-agents.ts";

export interface StartOptions<Given extends object = Metadata> {
  /** Anything that JSON carries, by name. Default `{}`. */
  readonly metadata?: Given & JsonCompatible<Given>;
  /** For people. At most 1024 bytes. */
  readonly displayName?: string | null;
  /**
   * How long the agent may go without progress, while starting or running, before everybody calls it stalled: from 1 to
   * 31,622,400,000 (366 days). Default `null`: the `stalledAfterMs` of whoever looks.
   */
  readonly progressTimeoutMs?: number | null;
}

/** What a beat says. What is left out stays as it was, but for `status`. */
export interface Beat<Given extends object = Metadata> {
  /** `starting`, `running` or `idle`. Left out: `running`. */
  readonly status?: Exclude<AgentStatus, FinalStatus>;
  /** 0 to 1. */
  readonly progress?: number;
  /** At most 1024 bytes. */
  readonly currentTask?: string;
  /** Merged name by name: other names stay, and `null` is a value like any other. */
  readonly metadata?: Given & JsonCompatible<Given>;
  /** As in `StartOptions`; `null`: back to the `stalledAfterMs` of whoever looks. To change it is no progress. */
  readonly progressTimeoutMs?: number | null;
}

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** How often it looks when nothing wakes it. Default 1000, from 10 to 3,600,000. */
  readonly intervalMs?: number;
  /** `false`: only looks, and writes nothing; losses are seen, and left to others to publish. Default true. */
  readonly reportLosses?: boolean;
}

export class HeartbeatCoordinator implements AsyncDisposable {
  readonly #options: CheckedOptions;
  /** Once the transport is there: a default one is opened on first use. */
  #store: OpenedStore | undefined;
  #session: AgentSession | undefined;
  /** Those that still have something to write, the present one included. */
  readonly #sessions = new Set<AgentSession>();
  readonly #watches = new Set<AgentWatch>();
  #closed = false;

  /** Throws `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds. */
  constructor(options: HeartbeatCoordinatorOptions = {}) {
    this.#options = checkOptions(options);
    const { transport } = this.#options;
    if (transport) this.#store = new OpenedStore(transport, this.#options);
  }

  /** Whether a newer start of the agent has taken over. */
  get fenced(): boolean {
    return this.#session?.fenced ?? false;
  }

  /** Whether anything is to be written: an agent beats, or its last word could not be told to the store yet. */
  get writing(): boolean {
    return this.#sessions.size > 0;
  }

  /**
   * Starts an agent: status `starting`, progress 0, task `initializing`. From then on it beats by itself every
   * `intervalMs`, which does not keep the process alive. An older start of the same agent, in whatever process, is fenced.
   *
   * Rejects with `ATTUNE_HEARTBEAT_STATE` while this coordinator beats for an agent already, and before anything is sent
   * with `ATTUNE_ARGUMENT_INVALID` or `ATTUNE_PAYLOAD_…`. With `onUnavailable: "throw"` also with
   * `ATTUNE_TRANSPORT_UNAVAILABLE`; the agent is then not started.
   */
  async startHeartbeat<Given extends object = Metadata>(
    agentId: string,
    options: StartOptions<Given> = {},
  ): Promise<BeatOutcome> {
    this.#assertOpen();
    if (this.#session?.active) {
      throw stateError(
        `This coordinator beats for agent ${JSON.stringify(this.#session.state.agentId)} already: stop it first, or use another coordinator.`,
      );
    }
    const state = initialState(agentId, options, this.#limits, this.#now());
    // What an earlier start of the same agent still had to say is out of date.
    for (const session of this.#sessions) if (session.state.agentId === agentId) void session.close();
    const session = new AgentSession({
      store: Promise.resolve(this.#open()),
      options: this.#options,
      state,
      onOver: (over) => this.#sessions.delete(over),
    });
    this.#session = session;
    this.#sessions.add(session);
    try {
      return await session.write(state);
    } catch (error) {
      this.#sessions.delete(session);
      if (this.#session === session) this.#session = undefined;
      await session.close();
      throw error;
    }
  }

  /**
   * Says what the agent is doing. Beats of one turn of the event loop, and those made while one is being written, cost one
   * write, of the latest state; each resolves with what became of that. Rejects with `ATTUNE_HEARTBEAT_STATE` before the start and after the stop, and before
   * anything is sent with `ATTUNE_ARGUMENT_INVALID` or `ATTUNE_PAYLOAD_…`.
   */
  async beat<Given extends object = Metadata>(changes: Beat<Given> = {}): Promise<BeatOutcome> {
    const session = this.#present("beat");
    const state = changedState(session.state, changes, this.#limits, this.#now());
    return session.fenced ? "fenced" : session.write(state);
  }

  /**
   * Ends the agent. `completed` sets the progress to 1; who failed or was cancelled keeps the one that he had. While the
   * store is away the end is written once it is back, unless the coordinator or the process ends before. Once it is written
   * and, with `enableStreaming`, all beats are published, the result is there.
   */
  async stopHeartbeat(status: FinalStatus = "completed"): Promise<BeatOutcome> {
    const session = this.#present("stop");
    checkChoice("status", status, finalStatuses);
    return session.fenced ? "fenced" : session.write(finalState(session.state, status, this.#now()));
  }

  /**
   * An agent that lives, or whose end or loss was less than an hour ago; `null`: there is none. While the store is away:
   * what this coordinator saw of it last, with liveness `unknown`.
   */
  async getAgentStatus(agentId: string): Promise<AgentHeartbeat | UnknownAgent | null> {
    checkName("agentId", agentId);
    const { reader } = (await this.#open()).calls;
    const found = await reader.get([agentId]);
    return found ? found[0]! : (reader.lastSeen(agentId) ?? unknownAgent(agentId));
  }

  /** Whether an agent's lease is in force (stalled and stale ones live); `null`: it cannot be known at present. */
  async isAgentAlive(agentId: string): Promise<boolean | null> {
    const agent = await this.getAgentStatus(agentId);
    if (agent?.liveness === "unknown") return null;
    return agent !== null && isInForce(agent.liveness);
  }

  /**
   * The agents that live: alive, stalled or stale, and those of whom it cannot be known since the store was away. In no
   * particular order. Empty while the store is away.
   */
  async getActiveAgents(): Promise<AgentHeartbeat[]> {
    return this.#list(({ agent }) => agent.liveness === "unknown" || isInForce(agent.liveness));
  }

  /**
   * The agents that have not ended and whose last beat is at least so long ago (default 60,000), by the store's clock;
   * those lost within the last hour included. Empty while the store is away.
   */
  async getStaleAgents(thresholdMs = 60_000): Promise<AgentHeartbeat[]> {
    checkDuration("thresholdMs", thresholdMs, 0, Infinity);
    return this.#list(({ agent, ageMs }) => !isFinal(agent.status) && ageMs >= thresholdMs);
  }

  /**
   * Every agent of which something is known, those included whose end or loss was less than an hour ago; or, of the `agentIds`
   * that are asked for, those that there are, one that is named twice only once. In no particular order. Empty while the store
   * is away. Rejects with `ATTUNE_ARGUMENT_INVALID`, before anything is sent, for an id that none can have.
   */
  async getAgents(agentIds?: readonly string[]): Promise<AgentHeartbeat[]> {
    if (agentIds === undefined) return this.#list(() => true);
    for (const agentId of agentIds) checkName("agentIds", agentId);
    const { reader } = (await this.#open()).calls;
    const asked = [...new Set(agentIds)];
    const found = asked.length === 0 ? [] : ((await reader.get(asked)) ?? []);
    return found.filter((agent) => agent !== null);
  }

  /** How many agents have a lease in force, without reading them; `null` while the store is away. */
  async countActiveAgents(): Promise<number | null> {
    const { records } = (await this.#open()).calls;
    return (await records.count()) ?? null;
  }

  /**
   * Watches all agents: first the present state of each (`from: null`), then each change of a liveness as it happens. A
   * consumer that takes its time is told of the latest state, not of all in between. As long as it is watched, losses are
   * published as `agent_error`, each once, however many processes watch (not with `reportLosses: false`). Ends with `signal`, with leaving the loop, and
   * when the coordinator or the transport is closed; outages do not end it. Throws `ATTUNE_ARGUMENT_INVALID` at once.
   */
  watchAgents({ signal, intervalMs = 1000, reportLosses = true }: WatchOptions = {}): AgentWatch {
    this.#assertOpen();
    checkInteger("intervalMs", intervalMs, 10, 3_600_000);
    if (typeof reportLosses !== "boolean") {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "reportLosses must be true or false.", {
        details: { argument: "reportLosses" },
      });
    }
    const open = async () => {
      const store = await this.#open();
      const { transport, reader } = store.background;
      const report = () => (reportLosses ? store.reportLosses(intervalMs) : () => {});
      return { transport, reader, intervalMs, reportLosses: report };
    };
    const watch = new AgentWatch(open, { signal, onClose: (closed) => this.#watches.delete(closed) });
    if (!signal?.aborted) this.#watches.add(watch);
    return watch;
  }

  /**
   * Ends beating and watching, and leaves nothing behind; the transport stays open. An agent that was not stopped before
   * is not said to have completed: its lease runs out, and it is lost. Safe to call twice.
   */
  async close(): Promise<void> {
    this.#closed = true;
    const closing = [...this.#sessions, ...this.#watches].map((open) => open.close());
    await Promise.all(closing);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #list(wanted: (seen: SeenAgent) => boolean): Promise<AgentHeartbeat[]> {
    const { reader } = (await this.#open()).calls;
    const agents: AgentHeartbeat[] = [];
    for (const seen of (await reader.list())?.values() ?? []) if (wanted(seen)) agents.push(seen.agent);
    return agents;
  }

  #open(): OpenedStore | Promise<OpenedStore> {
    return this.#store ?? this.#openDefault();
  }

  async #openDefault(): Promise<OpenedStore> {
    const transport = await defaultTransport();
    this.#store ??= new OpenedStore(transport, this.#options);
    return this.#store;
  }

  #present(what: string): AgentSession {
    this.#assertOpen();
    const session = this.#session;
    if (!session) throw stateError(`No agent was started: call startHeartbeat before you ${what}.`);
    if (session.active || session.fenced) return session;
    const { agentId, status } = session.state;
    throw stateError(
      `Agent ${JSON.stringify(agentId)} was stopped (${status}): it cannot ${what} any more. Start it anew.`,
    );
  }

  #assertOpen(): void {
    if (this.#closed) throw stateError("This coordinator is closed: make another one.");
  }

  get #limits(): PayloadLimits {
    return this.#store?.transport.limits ?? defaultPayloadLimits;
  }

  #now(): number {
    return (this.#store?.transport.clock ?? systemClock).now();
  }
}

function isInForce(liveness: Liveness): boolean {
  return liveness === "alive" || liveness === "stalled" || liveness === "stale";
}

function stateError(message: string): AttuneError {
  return new AttuneError("ATTUNE_HEARTBEAT_STATE", message);
}
