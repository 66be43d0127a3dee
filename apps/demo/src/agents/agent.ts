/** What an agent of the audit measures. How it lives is `AuditAgent`'s business. */
import type { RetryOptions } from "@attune/workflow";
import type { TreeFile } from "../tree/walk-tree.ts";
import type { AgentPublisher } from "./agent-publisher.ts";

export interface Agent {
  readonly id: string;
  /** What it does, in a few words. */
  readonly task: string;
  /** How often it is tried. Default: once. */
  readonly retry?: RetryOptions;
  /** It is there to show what becomes of one that fails. */
  readonly meantToFail?: boolean;
  /** Rejects when the signal aborts, and when the agent fails. */
  run(context: AgentContext): Promise<AgentReport>;
}

export interface AgentContext {
  readonly files: readonly TreeFile[];
  readonly publisher: AgentPublisher;
  readonly signal: AbortSignal;
  /** How far it is, from 0 to 1, and what it looks at. */
  progress(fraction: number, task: string): void;
}

export interface AgentReport {
  /** The result in one line. */
  readonly headline: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly ranking: readonly RankedItem[];
}

export interface RankedItem {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}
