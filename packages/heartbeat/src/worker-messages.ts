/** What the main thread and the thread that beats for it tell each other. */
import type { Logger, PayloadLimits, TransportOrigin } from "@attune/transport";
import type { AgentState } from "./agent-state.ts";
import type { BeatEnd, BeatPlan, BeatResult } from "./beats.ts";

/** What a worker is started with. */
export interface WorkerSetup {
  readonly origin: TransportOrigin;
  readonly limits: PayloadLimits;
  readonly plan: BeatPlan;
  /** Where the main thread marks that it turns: see `MainWatch`. */
  readonly marks: SharedArrayBuffer;
  /** Whether warnings may go to stderr at once, since no logger of the user's wants them. */
  readonly plainWarnings: boolean;
}

export type ToWorker =
  | { readonly kind: "write"; readonly id: number; readonly states: readonly AgentState[] }
  | { readonly kind: "close" };

export type FromWorker =
  | {
      readonly kind: "result";
      readonly id: number;
      readonly result: BeatResult;
      readonly incarnation: number | undefined;
    }
  | { readonly kind: "rejected"; readonly id: number; readonly message: string }
  | { readonly kind: "end"; readonly end: BeatEnd }
  | { readonly kind: "log"; readonly level: keyof Logger; readonly message: string };
