/** What an agent of the audit is. */
import type { TreeFile } from "../tree/walk-tree.ts";
import type { AgentPublisher } from "./agent-publisher.ts";

export interface Agent {
  readonly id: string;
  /** What it does, in a few words. */
  readonly task: string;
  /** Rejects when the signal aborts, and when the agent fails. */
  run(context: AgentContext): Promise<AgentReport>;
}

export interface AgentContext {
  readonly files: readonly TreeFile[];
  readonly publisher: AgentPublisher;
  readonly signal: AbortSignal;
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
