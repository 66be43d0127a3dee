/** What `top` knows of the store: read as often as it is worth, kept while the store is away. */
import { ApprovalGate, type ApprovalRequest } from "@attune/approvals";
import { type AgentHeartbeat, HeartbeatCoordinator, heartbeatTopic } from "@attune/heartbeat";
import { isStoreFailure, type Transport } from "@attune/transport";
import { ReadingLoop } from "@attune-tools/reading-loop";
import { EventRate } from "./event-rate.ts";

export interface FleetViewOptions {
  readonly transport: Transport;
  /** How often the agents that are seen are read. */
  readonly intervalMs: number;
  /** Whose ids these are. */
  readonly seen: () => readonly string[];
  /** All agents were read anew: there may be others, in another order. */
  readonly onListed: () => void;
  /** There is something new to draw: of the agents that are seen, or of all the rest. */
  readonly onNews: (what: "seen" | "overview") => void;
  /** Reading has failed for another reason than that the store is away. */
  readonly onFailure: (error: unknown) => void;
}

/** How often all agents, the rate of events and the approvals are read. */
const overviewMs = 1000;

/** Reading so much takes at most a fifth of the time, however large the fleet. */
const restPerOverview = 4;

export interface Outage {
  readonly since: Date;
  /** As the library says it. */
  readonly reason: string;
}

export class FleetView implements AsyncDisposable {
  readonly #options: FleetViewOptions;
  readonly #heartbeat: HeartbeatCoordinator;
  readonly #gate: ApprovalGate;
  readonly #rate: EventRate;
  /** What ends with it. */
  readonly #closers: (() => void)[] = [];
  #agents = new Map<string, AgentHeartbeat>();
  #listed = false;
  #approvals: readonly ApprovalRequest[] | undefined;
  #eventsPerSecond: number | null | undefined;
  #away: Outage | undefined;
  #closed = false;

  constructor(options: FleetViewOptions) {
    this.#options = options;
    const { transport } = options;
    this.#heartbeat = new HeartbeatCoordinator({ transport });
    this.#gate = new ApprovalGate({ transport });
    this.#rate = new EventRate(transport.streams);
  }

  /** Begins to read. */
  start(): void {
    const { transport, intervalMs } = this.#options;
    const loop = (read: () => Promise<void>, everyMs: number, rest: number) => {
      const made = new ReadingLoop({ read, intervalMs: everyMs, rest });
      this.#closers.push(() => made.close());
      return made;
    };
    const all = loop(() => this.#readFleet("overview", () => this.#readAll()), overviewMs, restPerOverview);
    const loops = [
      all,
      loop(() => this.#readFleet("seen", () => this.#readSeen()), intervalMs, 1),
      loop(() => this.#readRate(), overviewMs, restPerOverview),
      loop(() => this.#readApprovals(), overviewMs, restPerOverview),
    ];
    const bell = transport.bell.watch([heartbeatTopic], () => all.hurry());
    bell.ready.catch(() => {}); // without it news take a second
    this.#closers.push(
      () => bell.close(),
      transport.onStatus((status) => {
        if (status === "available") for (const each of loops) each.hurry();
      }),
    );
  }

  get agents(): ReadonlyMap<string, AgentHeartbeat> {
    return this.#agents;
  }

  /** Whether all agents were read at least once. */
  get listed(): boolean {
    return this.#listed;
  }

  /** Pending ones, oldest first; `undefined`: not read yet. */
  get approvals(): readonly ApprovalRequest[] | undefined {
    return this.#approvals;
  }

  /** `null`: it cannot be known; `undefined`: not measured yet. */
  get eventsPerSecond(): number | null | undefined {
    return this.#eventsPerSecond;
  }

  /** While the store does not answer. */
  get away(): Outage | undefined {
    return this.#away;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const close of this.#closers) close();
    await this.#heartbeat.close();
    await this.#gate.close();
  }

  /** Whether the store is there is told by what matters most. */
  async #readFleet(what: "seen" | "overview", read: () => Promise<boolean>): Promise<void> {
    const startedAt = new Date();
    await this.#attempt(
      what,
      async () => {
        if ((await read()) && !this.#closed) this.#away = undefined;
      },
      ({ message }) => {
        this.#away ??= { since: startedAt, reason: message };
      },
    );
  }

  #readRate(): Promise<void> {
    return this.#attempt(
      "overview",
      async () => {
        this.#eventsPerSecond = await this.#rate.measure();
      },
      () => {
        this.#eventsPerSecond = null;
        this.#rate.forget();
      },
    );
  }

  #readApprovals(): Promise<void> {
    return this.#attempt(
      "overview",
      async () => {
        this.#approvals = await this.#gate.getPendingApprovals();
      },
      () => {}, // the last ones stay
    );
  }

  async #attempt(
    what: "seen" | "overview",
    read: () => Promise<void>,
    away: (error: Error) => void,
  ): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (this.#closed) return;
      if (!isStoreFailure(error)) return this.#options.onFailure(error);
      away(error);
    }
    if (!this.#closed) this.#options.onNews(what);
  }

  async #readAll(): Promise<boolean> {
    const agents = await this.#heartbeat.getAgents();
    this.#agents = new Map(agents.map((agent) => [agent.agentId, agent]));
    this.#listed = true;
    if (!this.#closed) this.#options.onListed();
    return true;
  }

  /** False: there was nothing to ask for. */
  async #readSeen(): Promise<boolean> {
    const ids = this.#options.seen();
    if (ids.length === 0) return false;
    for (const agent of await this.#heartbeat.getAgents(ids)) {
      const before = this.#agents.get(agent.agentId);
      // A list that was read meanwhile may know of a newer start; those that are gone leave with the next list.
      if (before && before.incarnation <= agent.incarnation) this.#agents.set(agent.agentId, agent);
    }
    return true;
  }
}
