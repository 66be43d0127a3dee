/** What `watchAgents` gives: the present state of every agent, then how their liveness changes, as it happens. */
import type { Transport } from "@attune/transport";
import type { AgentHeartbeat, Liveness } from "./agent-heartbeat.ts";
import { type AgentReader, withLiveness } from "./agent-reader.ts";
import { agentsPerPage, heartbeatTopic } from "./heartbeat-records.ts";
import { confirmMs } from "./loss-reporter.ts";
import { WakeUp } from "./wake-up.ts";

export interface AgentTransition {
  /** As it was seen last. */
  readonly agent: AgentHeartbeat;
  /** `null`: this watch had not seen the agent before. */
  readonly from: Liveness | null;
  readonly to: Liveness;
}

export interface AgentWatchSetup {
  /** One that degrades: an outage is a transition, not an error. */
  readonly transport: Transport;
  readonly reader: AgentReader;
  readonly intervalMs: number;
  /** Begins to tell losses, where that is wanted; the result ends that. */
  readonly reportLosses: () => () => void;
}

/** Looking takes at most this share of the time, however large the fleet and however busy the bell. */
const restPerLook = 10;

type Result = IteratorResult<AgentTransition, undefined>;

export class AgentWatch implements AsyncIterableIterator<AgentTransition>, AsyncDisposable {
  readonly #signal: AbortSignal | undefined;
  readonly #ending = new AbortController();
  readonly #ended: Promise<Result>;
  readonly #transitions: AsyncGenerator<AgentTransition, undefined, undefined>;
  readonly #onClose: (watch: AgentWatch) => void;
  readonly #onAbort = () => void this.close();

  /** `open` is called by the first `next`. */
  constructor(
    open: () => Promise<AgentWatchSetup>,
    {
      signal,
      onClose,
    }: { readonly signal: AbortSignal | undefined; readonly onClose: (watch: AgentWatch) => void },
  ) {
    this.#signal = signal;
    this.#onClose = onClose;
    this.#ended = new Promise((resolve) => {
      this.#ending.signal.addEventListener("abort", () => resolve({ done: true, value: undefined }));
    });
    this.#transitions = transitions(open, this.#ending.signal);
    if (signal?.aborted) void this.close();
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  async next(): Promise<Result> {
    if (this.#ending.signal.aborted) return this.#ended;
    try {
      const result = await Promise.race([this.#transitions.next() as Promise<Result>, this.#ended]);
      if (result.done) await this.close();
      return result;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Ends the watch; called by leaving a `for await` loop. */
  async return(): Promise<Result> {
    await this.close();
    return { done: true, value: undefined };
  }

  /** Ends the watch: a pending `next` is done at once. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#ending.abort();
    this.#onClose(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Looks, tells what has changed, sleeps until woken. Looks again only when everything was taken: memory stays bounded. */
async function* transitions(
  open: () => Promise<AgentWatchSetup>,
  ending: AbortSignal,
): AsyncGenerator<AgentTransition, undefined, undefined> {
  const { transport, reader, intervalMs, reportLosses } = await open();
  if (ending.aborted) return;
  const { clock } = transport;
  const wakeUp = new WakeUp(clock);
  // Watching starts before the first look, so that a change between the two still rings.
  const watch = transport.bell.watch([heartbeatTopic], () => wakeUp.ring());
  watch.ready.catch(() => {}); // a bell that cannot be heard only costs time: the interval goes on
  const stopListening = transport.onStatus(() => wakeUp.hurry());
  const stopReporting = reportLosses();
  ending.addEventListener("abort", () => {
    wakeUp.hurry();
    watch.close();
    stopListening();
    stopReporting();
  });
  const over = () => ending.aborted || transport.status === "closed";
  const told = new ToldAgents();
  try {
    while (!over()) {
      wakeUp.reset();
      const lookedAt = clock.monotonic();
      const all = await reader.list();
      const restMs = restPerLook * (clock.monotonic() - lookedAt);
      if (over()) return;
      if (!all) {
        for (const agent of told.agents) {
          const transition = told.see(withLiveness(agent, "unknown"));
          if (transition) yield transition;
        }
      } else {
        const fresh: string[] = [];
        for (const { agent } of all.values()) {
          const isFresh = told.isFreshLoss(agent);
          if (isFresh) fresh.push(agent.agentId);
          const transition = isFresh ? undefined : told.see(agent);
          if (transition) yield transition;
        }
        told.forgetAllBut(all);
        await wakeUp.sleep(fresh.length > 0 ? confirmMs : 0);
        for (let at = 0; at < fresh.length && !over(); at += agentsPerPage) {
          for (const agent of (await reader.get(fresh.slice(at, at + agentsPerPage))) ?? []) {
            const transition = agent && told.see(agent);
            if (transition) yield transition;
          }
        }
      }
      if (over()) return;
      // What an outage has delayed says nothing of the fleet's size, and everybody waits for news.
      if (reader.inGrace) await wakeUp.rest(Math.min(restMs, intervalMs), intervalMs);
      else await wakeUp.rest(restMs, Math.max(intervalMs, restMs));
    }
  } catch (error) {
    // Closing the transport ends the watch; it is not an error of whoever watches.
    if (!over()) throw error;
  }
}

/** What whoever watches has been told. */
class ToldAgents {
  readonly #agents = new Map<string, AgentHeartbeat>();

  get agents(): AgentHeartbeat[] {
    return [...this.#agents.values()];
  }

  /** What is to be told of an agent, if anything. */
  see(agent: AgentHeartbeat): AgentTransition | undefined {
    const from = this.#agents.get(agent.agentId)?.liveness ?? null;
    this.#agents.set(agent.agentId, agent);
    return from === agent.liveness ? undefined : { agent, from, to: agent.liveness };
  }

  /** A loss that was not told yet is looked at twice: a store that was stopped and goes on hears of beats a little late. */
  isFreshLoss({ agentId, liveness }: AgentHeartbeat): boolean {
    return liveness === "lost" && this.#agents.get(agentId)?.liveness !== "lost";
  }

  /** Agents whose records are no longer kept. */
  forgetAllBut(all: ReadonlyMap<string, unknown>): void {
    for (const agentId of this.#agents.keys()) if (!all.has(agentId)) this.#agents.delete(agentId);
  }
}
