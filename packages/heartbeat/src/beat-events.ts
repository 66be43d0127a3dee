/** Publishes an agent's beats as `agent_heartbeat`: each one that the caller made, once its record is in the store. */
import { EventStreamer } from "@attune/streams";
import { AttuneError, type Logger, type Transport } from "@attune/transport";
import type { AgentState } from "./agent-state.ts";
import { agentHeartbeat } from "./events.ts";
import { type BeatFacts, toWire } from "./wire-heartbeat.ts";

export interface BeatEventsSetup {
  readonly transport: Transport;
  readonly agentId: string;
  readonly logger: Logger;
}

/** Of the beats that an outage kept from the store so many are published after it, the newest: it must not pile up. */
const maxMissed = 100;

export class BeatEvents {
  readonly #setup: BeatEventsSetup;
  readonly #streamer: EventStreamer;
  /** Beats that were made and are not known to be covered by a record, in their order. */
  #unpublished: AgentState[] = [];
  readonly #publishing = new Set<Promise<unknown>>();

  constructor(setup: BeatEventsSetup) {
    this.#setup = setup;
    const { transport, logger, agentId } = setup;
    this.#streamer = new EventStreamer({ transport, logger, source: agentId });
  }

  /** The next write covers these. */
  made(states: readonly AgentState[]): void {
    this.#unpublished = [...this.#unpublished, ...states];
  }

  /** The store could not be written to. */
  missed(): void {
    this.#unpublished = this.#unpublished.slice(-maxMissed);
  }

  /**
   * A state was recorded: publishes the beats up to it, each with what it said and when it was made; of a state that only
   * repeats what was said, the repetition. Nobody waits for it: a beat is never late because of its event.
   */
  recorded(state: AgentState, facts: BeatFacts): void {
    const covered = this.#unpublished.splice(0, this.#unpublished.indexOf(state) + 1);
    const wires =
      covered.length === 0
        ? [toWire(state, facts)]
        : covered.map((beat) =>
            // Whose main thread is blocked makes no beat: only the latest can wait for its record meanwhile.
            toWire(beat, { ...facts, now: beat.madeAt, blockedMs: beat === state ? facts.blockedMs : 0 }),
          );
    const { eventType } = agentHeartbeat;
    const publishing = this.#streamer
      .publishEvents(wires.map((data) => ({ eventType, data })))
      .catch((error: unknown) => {
        if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") return;
        const { logger, agentId } = this.#setup;
        logger.error(`attune: agent ${JSON.stringify(agentId)} could not publish a beat: ${String(error)}`);
      });
    this.#publishing.add(publishing);
    void publishing.then(() => this.#publishing.delete(publishing));
  }

  /** Resolves once what is being published has been, or could not be. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#publishing);
  }
}
