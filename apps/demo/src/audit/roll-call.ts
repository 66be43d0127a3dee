/** What the auditor has heard from its agents: who is at the checkpoint, and how each has ended, all by signals. */
import type { CoordinationSignal } from "@attune/signals";
import type { WorkflowContext } from "@attune/workflow";
import type { AgentIds } from "../agent-ids.ts";
import {
  type AgentOutcome,
  doneSignal,
  doneSummary,
  failedSignal,
  failure,
  measuredSignal,
} from "./audit-signals.ts";

/** An agent that the auditor waits for. */
export interface AwaitedAgent {
  readonly name: string;
  /** Aborts when its process has ended: whatever it has not said by then it will not say. */
  readonly gone: AbortSignal;
}

/** A workflow, or the context of one of its stages. */
export type Ear = Pick<WorkflowContext, "waitForAny" | "waitForAll" | "checkSignal">;

export interface Listening {
  /** Rejects the waiting with its reason. */
  readonly ending?: AbortSignal;
  /** Called with the names of those who are still waited for, whenever there are fewer. */
  readonly onOpen?: (names: readonly string[]) => void;
}

const forEver = Number.POSITIVE_INFINITY;

export class RollCall {
  /** By name: how those have ended who have. */
  readonly outcomes = new Map<string, AgentOutcome>();
  readonly #ids: AgentIds;
  readonly #agents: ReadonlyMap<string, AwaitedAgent>;
  readonly #measured = new Set<string>();

  constructor(ids: AgentIds, agents: readonly AwaitedAgent[]) {
    this.#ids = ids;
    this.#agents = new Map(agents.map((agent) => [agent.name, agent]));
  }

  /** A barrier: waits until all have measured, but for those that have failed or are gone. */
  async meet(ear: Ear, names: readonly string[], listening: Listening = {}): Promise<void> {
    const open = () => names.filter((name) => !this.outcomes.has(name) && !this.#measured.has(name));
    await this.#listen(ear, open, (ids, signal) => barrier(ear, ids, signal), listening);
  }

  /** Waits until each has ended, in whatever way; notes each as it comes. */
  async collect(ear: Ear, names: readonly string[], listening: Listening = {}): Promise<void> {
    const open = () => names.filter((name) => !this.outcomes.has(name));
    await this.#listen(ear, open, (ids, signal) => nextEnd(ear, ids, signal), listening);
  }

  async #listen(
    ear: Ear,
    open: () => readonly string[],
    take: (ids: readonly string[], signal: AbortSignal) => Promise<CoordinationSignal[]>,
    { ending, onOpen }: Listening,
  ): Promise<void> {
    for (let names = open(); names.length > 0; names = open()) {
      onOpen?.(names);
      const agents = names.map((name) => this.#agents.get(name)!);
      const given = AbortSignal.any([...agents.map(({ gone }) => gone), ...(ending ? [ending] : [])]);
      const ids = names.map((name) => this.#ids.idOf(name));
      const signals = await take(ids, given);
      for (const signal of signals) this.#note(signal);
      ending?.throwIfAborted();
      if (signals.length > 0) continue;
      if (!given.aborted) throw new Error("the auditor cannot hear signals any more");
      for (const { name, gone } of agents) if (gone.aborted) await this.#hearLast(ear, name);
    }
  }

  /** What somebody who is gone had said before; who had not said how he ended is unheard. */
  async #hearLast(ear: Ear, name: string): Promise<void> {
    const sourceAgent = this.#ids.idOf(name);
    for (;;) {
      const signal = await ear.checkSignal({ sourceAgent });
      if (!signal) break;
      this.#note(signal);
    }
    if (!this.outcomes.has(name)) this.outcomes.set(name, { ending: "unheard" });
  }

  #note({ signalType, sourceAgent, payload }: CoordinationSignal): void {
    const name = this.#ids.nameOf(sourceAgent)!;
    if (signalType === measuredSignal) this.#measured.add(name);
    else if (!this.outcomes.has(name)) this.outcomes.set(name, outcomeOf(signalType, payload));
  }
}

/** That all have measured, or else the first that has failed; nothing once the signal aborts. */
async function barrier(
  ear: Ear,
  ids: readonly string[],
  givenUp: AbortSignal,
): Promise<CoordinationSignal[]> {
  const over = new AbortController();
  const ends = { timeoutMs: forEver, signal: AbortSignal.any([givenUp, over.signal]) };
  const all = ear.waitForAll({ signalType: measuredSignal, sourceAgents: ids, ...ends });
  const failures = ids.map((sourceAgent) => ({ signalType: failedSignal, sourceAgent }));
  const oneFailed = ear.waitForAny(failures, ends);
  try {
    await Promise.race([all, oneFailed]);
  } finally {
    over.abort();
  }
  // A signal may have come just then: whatever was taken has to be looked at.
  const [measured, failed] = await Promise.all([all, oneFailed]);
  return [...(measured ?? []), ...(failed ? [failed] : [])];
}

/** The first that has ended; nothing once the signal aborts. */
async function nextEnd(
  ear: Ear,
  ids: readonly string[],
  givenUp: AbortSignal,
): Promise<CoordinationSignal[]> {
  const ends = ids.flatMap((sourceAgent) =>
    [doneSignal, failedSignal].map((signalType) => ({ signalType, sourceAgent })),
  );
  const ended = await ear.waitForAny(ends, { timeoutMs: forEver, signal: givenUp });
  return ended ? [ended] : [];
}

function outcomeOf(signalType: string, payload: unknown): AgentOutcome {
  if (signalType === doneSignal) return { ending: "done", ...doneSummary.parse(payload) };
  const failed = failure.parse(payload);
  return { ending: failed.status, ...failed };
}
