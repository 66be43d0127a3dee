/** One start of one agent: its state, who beats for it, and how it ended. */
import { AttuneError, randomToken } from "@attune/transport";
import { isFinal } from "./agent-heartbeat.ts";
import type { AgentState } from "./agent-state.ts";
import { BeatLoop, type BeatLoopSetup } from "./beat-loop.ts";
import type { BeatEnd, BeatOutcome, BeatResult, Beats } from "./beats.ts";
import type { CheckedOptions, FencedAgent } from "./coordinator-options.ts";
import type { OpenedStore } from "./opened-store.ts";
import { originForWorker, WorkerBeats } from "./worker-beats.ts";

export interface AgentSessionSetup {
  readonly store: Promise<OpenedStore>;
  readonly options: CheckedOptions;
  readonly state: AgentState;
  /** Called when nothing will be written any more. */
  readonly onOver: (session: AgentSession) => void;
}

export class AgentSession {
  readonly #setup: AgentSessionSetup;
  readonly #beats: Promise<Beats>;
  #state: AgentState;
  #fenced = false;
  /** Beats of this turn, in their order, and what becomes of them. */
  #made: AgentState[] = [];
  #writing: Promise<BeatResult> | undefined;

  constructor(setup: AgentSessionSetup) {
    this.#setup = setup;
    this.#state = setup.state;
    this.#beats = setup.store.then((store) => this.#makeBeats(store));
    this.#beats.catch(() => {}); // told to whoever writes
  }

  get state(): AgentState {
    return this.#state;
  }

  get fenced(): boolean {
    return this.#fenced;
  }

  get active(): boolean {
    return !this.#fenced && !isFinal(this.#state.status);
  }

  /** Takes a state on at once, and has it written when the turn is over. With `onUnavailable: "throw"` rejects when it could not be. */
  async write(state: AgentState): Promise<BeatOutcome> {
    this.#state = state;
    const { outcome, failure } = await this.#writeSoon(state);
    const { transport } = await this.#setup.store;
    if (outcome !== "unavailable") return outcome;
    if (transport.status === "closed") {
      throw new AttuneError("ATTUNE_TRANSPORT_CLOSED", `The transport to ${transport.location} is closed.`);
    }
    if (failure && transport.onUnavailable === "throw") throw new AttuneError(failure.code, failure.message);
    return outcome;
  }

  /** A microtask later: the beats of one turn cost one write. */
  #writeSoon(state: AgentState): Promise<BeatResult> {
    this.#made.push(state);
    this.#writing ??= this.#beats.then((beats) => {
      this.#writing = undefined;
      return beats.write(this.#made.splice(0));
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    const beats = await this.#beats.catch(() => undefined); // it could not be opened: there is nothing to close
    await beats?.close();
  }

  #makeBeats(store: OpenedStore): Beats {
    const { options, state } = this.#setup;
    const { ttlMs, intervalMs, enableStreaming } = options;
    const setup: BeatLoopSetup = {
      transport: store.background.transport,
      records: store.background.records,
      logger: store.logger,
      plan: { agentId: state.agentId, holder: randomToken(), ttlMs, intervalMs, enableStreaming },
      onEnd: (end) => this.#over(end, store),
    };
    if (options.beatFrom === "main") return new BeatLoop(setup);
    return new WorkerBeats(setup, originForWorker(store.transport));
  }

  #over(end: BeatEnd, { logger }: OpenedStore): void {
    this.#setup.onOver(this);
    if (end.reason !== "fenced") return;
    this.#fenced = true;
    const { agentId } = this.#state;
    const { incarnation, newerIncarnation } = end;
    logger.warn(
      `attune: HeartbeatCoordinator: agent ${JSON.stringify(agentId)} was started anew elsewhere (incarnation ${newerIncarnation ?? "unknown"}). This one (incarnation ${incarnation ?? "unknown"}) no longer beats for it.`,
    );
    const fenced: FencedAgent = { agentId, incarnation, newerIncarnation };
    try {
      this.#setup.options.onFenced?.(fenced);
    } catch (error) {
      // Nobody of ours called it on purpose: the failure belongs to the log, and not into the beats.
      logger.error(`attune: onFenced of agent ${JSON.stringify(agentId)} failed: ${String(error)}`);
    }
  }
}
