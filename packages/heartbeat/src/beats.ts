/** What a coordinator needs from whoever beats for its agent: a loop in this thread, or one in a worker thread. */
import type { AttuneError } from "@attune/transport";
import type { AgentState } from "./agent-state.ts";

/**
 * What became of a beat: `recorded` in the store; `fenced`: a newer start of the same agent has taken over, and nothing was
 * written; `unavailable`: not known to be recorded, the store is away, and the latest state is written once it is back.
 */
export type BeatOutcome = "recorded" | "fenced" | "unavailable";

export interface BeatResult {
  readonly outcome: BeatOutcome;
  /** Why it is `unavailable`. */
  readonly failure?: Pick<AttuneError, "code" | "message"> | undefined;
}

/** Whose beats they are, and how often they come. */
export interface BeatPlan {
  readonly agentId: string;
  /** Names this start of the agent in the store. */
  readonly holder: string;
  readonly ttlMs: number;
  readonly intervalMs: number;
  readonly enableStreaming: boolean;
}

export interface Beats {
  /**
   * Takes beats in their order, at least one. Writes the latest state, and again every interval; a final one is written
   * once, and ends the beating. The result is the latest's.
   */
  write(states: readonly AgentState[]): Promise<BeatResult>;
  /** Ends the beating without a last word: the lease runs out. Safe to call twice. */
  close(): Promise<void>;
}

/** How the beating ended. It does not end while a final state could not be written yet. */
export type BeatEnd =
  | { readonly reason: "stopped" | "closed" }
  | {
      readonly reason: "fenced";
      /** `null`: the answer that told it was lost. */
      readonly incarnation: number | null;
      /** Of whoever has taken over; `null` where it is not known. */
      readonly newerIncarnation: number | null;
    };

/** What becomes of a state that is to be written after the end. */
export function resultAfter({ reason }: BeatEnd): BeatResult {
  return { outcome: reason === "fenced" ? "fenced" : "unavailable" };
}
