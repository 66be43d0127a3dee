/** What the processes of the held lock are given, told, and tell. */
import type { Calls } from "./call-counter.ts";
import type { LoopReport } from "./loop-watch.ts";

export interface HolderArgument {
  readonly path: string;
}

export interface CallerArgument {
  readonly url: string;
  readonly name: string;
  readonly operationTimeoutMs: number;
}

/** What a caller has seen between `call` and `report`. */
export interface CallerReport {
  /** By operation; reads that began while the transport said that it was available also as `reads while available`. */
  readonly calls: Readonly<Record<string, Calls>>;
  /** Codes and messages of errors, each once. */
  readonly errors: readonly string[];
  /** Changes of the transport's status. */
  readonly statuses: readonly string[];
  readonly loop: LoopReport;
}

/** What a caller has been answered since it began. */
export interface CallerLedger {
  /** By what was to be stored, the keys of those that were, and of those that were answered as not stored. */
  readonly stored: Readonly<Record<Storing, readonly string[]>>;
  readonly notStored: Readonly<Record<Storing, readonly string[]>>;
  /** Ids of messages. */
  readonly taken: readonly string[];
}

export type Storing = "append" | "post" | "put";

export type CallerCommand = "call" | "report" | "ledger";

export interface AgentsArgument {
  readonly url: string;
  readonly agents: readonly string[];
  readonly ttlMs: number;
  readonly intervalMs: number;
}

/** By agent, what a watch was told of it, one after the other. */
export type Watched = Readonly<Record<string, readonly string[]>>;
