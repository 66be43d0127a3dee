/** What the page knows of the fleet: changed in place by messages, at most some times a second told to the views. */
import type { Parts, ServerMessage, Snapshot, StoreState } from "../../../src/protocol/messages.ts";
import type {
  AgentJson,
  AlertJson,
  ApprovalJson,
  EventJson,
  HealthJson,
  StageJson,
} from "../../../src/protocol/records.ts";
import { EventLog } from "./event-log.ts";
import { inOrder } from "./in-order.ts";
import { ServerClock } from "./server-clock.ts";
import type { Slice } from "./slices.ts";
import { TypeNames } from "./type-names.ts";

export type ConnectionState = "connecting" | "live" | "away" | "refused";

/** What a view is told that goes on with events by itself. */
export interface EventsListener {
  /** They follow on what was told before. */
  readonly onEvents: (events: readonly EventJson[]) => void;
  /** What was told before is not followed by what comes next: between are events that the page does not know. */
  readonly onHole?: () => void;
}

/** How often views hear of changes of a slice, at most. People read no faster, and drawing takes its time. */
const tellEveryMs: Readonly<Record<Slice, number>> = {
  connection: 0,
  store: 0,
  agents: 250,
  events: 50,
  approvals: 0,
  quality: 0,
  health: 0,
  alerts: 0,
};

export class FleetState {
  readonly agents = new Map<string, AgentJson>();
  readonly events = new EventLog();
  readonly typeNames = new TypeNames();
  readonly serverClock = new ServerClock();
  approvals: readonly ApprovalJson[] = [];
  /** `undefined`: not told yet, as with `health`. */
  quality: readonly StageJson[] | undefined;
  health: HealthJson | undefined;
  alerts: readonly AlertJson[] = [];
  store: StoreState | undefined;
  connection: ConnectionState = "connecting";
  /** Why, for people. */
  connectionReason = "";
  about: Pick<Snapshot, "server" | "version" | "read_only" | "responder"> | undefined;

  readonly #versions = new Map<Slice, number>();
  readonly #toldAt = new Map<Slice, number>();
  readonly #listeners = new Map<Slice, Set<() => void>>();
  readonly #pending = new Map<Slice, ReturnType<typeof setTimeout>>();
  readonly #eventsListeners = new Set<EventsListener>();

  apply(message: ServerMessage): void {
    if (message.kind === "snapshot") this.#begin(message);
    else {
      // That of a snapshot may be from some time ago.
      if (message.health) this.serverClock.hear(message.health.at);
      this.#change(message);
    }
  }

  setConnection(connection: ConnectionState, reason = ""): void {
    if (this.connection === connection && this.connectionReason === reason) return;
    this.connection = connection;
    this.connectionReason = reason;
    this.#changed("connection");
  }

  /** Counts the changes that were told. */
  version(slice: Slice): number {
    return this.#versions.get(slice) ?? 0;
  }

  /** The result ends it. */
  listen(slice: Slice, listener: () => void): () => void {
    const listeners = this.#listeners.get(slice) ?? new Set();
    this.#listeners.set(slice, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Is shown events as they arrive, also those that were missed while the page was not connected. The result ends it. */
  onEvents(listener: EventsListener | EventsListener["onEvents"]): () => void {
    const whole = typeof listener === "function" ? { onEvents: listener } : listener;
    this.#eventsListeners.add(whole);
    return () => this.#eventsListeners.delete(whole);
  }

  #begin(snapshot: Snapshot): void {
    const { server, version, read_only, responder, resumed, missed, events, ...parts } = snapshot;
    this.about = { server, version, read_only, responder };
    this.agents.clear();
    if (resumed) this.#change({ ...parts, events });
    else {
      const known = this.events.total > 0;
      this.events.clear();
      if (known) this.events.addGap({ eventType: null, missed, reason: "behind" });
      this.#change(parts);
      const ordered = inOrder(events);
      this.typeNames.learn(ordered);
      this.events.add(ordered);
      this.#tellListeners(({ onHole }) => onHole?.());
    }
    // Also where nothing is: what was not there before is gone.
    for (const slice of ["connection", "agents", "events"] as const) this.#changed(slice);
  }

  #change(parts: Parts): void {
    const { agents, events = [], gaps = [] } = parts;
    for (const gap of gaps) {
      this.events.addGap({ eventType: gap.event_type, missed: gap.missed, reason: gap.reason });
    }
    if (events.length > 0) {
      const ordered = inOrder(events);
      this.typeNames.learn(ordered);
      this.events.add(ordered);
      this.#tellListeners(({ onEvents }) => onEvents(ordered));
    }
    if (events.length + gaps.length > 0) this.#changed("events");
    if (agents) {
      for (const patch of agents.changed) {
        const before = this.agents.get(patch.agent_id);
        this.agents.set(patch.agent_id, (before ? { ...before, ...patch } : patch) as AgentJson);
      }
      for (const id of agents.gone) this.agents.delete(id);
      this.#changed("agents");
    }
    if (parts.approvals) this.#set("approvals", () => (this.approvals = parts.approvals!));
    if (parts.quality) {
      this.#set("quality", () => (this.quality = parts.quality));
      void this.typeNames.learnStages(parts.quality);
    }
    if (parts.health) this.#set("health", () => (this.health = parts.health));
    if (parts.alerts) this.#set("alerts", () => (this.alerts = parts.alerts!));
    if (parts.store) this.#set("store", () => (this.store = parts.store));
  }

  #set(slice: Slice, set: () => void): void {
    set();
    this.#changed(slice);
  }

  #changed(slice: Slice): void {
    if (this.#pending.has(slice)) return;
    const wait = tellEveryMs[slice];
    if (wait === 0) {
      this.#tell(slice);
      return;
    }
    // What comes after a while without news is told at once, in the same turn as all that came with it.
    const since = performance.now() - (this.#toldAt.get(slice) ?? Number.NEGATIVE_INFINITY);
    const timer = setTimeout(
      () => {
        this.#pending.delete(slice);
        this.#tell(slice);
      },
      Math.max(0, wait - since),
    );
    this.#pending.set(slice, timer);
  }

  #tell(slice: Slice): void {
    this.#toldAt.set(slice, performance.now());
    this.#versions.set(slice, this.version(slice) + 1);
    for (const listener of this.#listeners.get(slice) ?? []) guarded(listener);
  }

  #tellListeners(tell: (listener: EventsListener) => void): void {
    for (const listener of this.#eventsListeners) guarded(() => tell(listener));
  }
}

/** One view's failure is not another's, nor the connection's. */
function guarded(act: () => void): void {
  try {
    act();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
