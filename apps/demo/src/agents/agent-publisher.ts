/** How one agent of the audit tells the world what it does: everything goes through the event stream, nothing beside it. */
import { agentError } from "@attune/heartbeat";
import { type EventDefinition, type EventInput, type EventStreamer, workflowProgress } from "@attune/streams";
import { auditFinding, auditReport, auditWorkflow } from "../audit/audit-events.ts";
import type { PublishLedger } from "../audit/publish-ledger.ts";
import type { AgentReport } from "./agent.ts";
import { shortened } from "./shortened.ts";

export interface PublisherSetup {
  readonly streamer: EventStreamer;
  readonly ledger: PublishLedger;
  readonly runId: string;
  readonly agentId: string;
  /** Called with each step of its progress. */
  readonly beat?: (progress: number, stage: string) => Promise<void>;
}

/** An agent that finds more publishes only so many of a kind and counts the rest in its report. */
export const maxFindingsPerKind = 200;
const maxFileErrors = 100;

export class AgentPublisher {
  readonly #setup: PublisherSetup;
  readonly #findings = new Map<string, number>();
  #progress = 0;
  #announced = -1;
  #fileErrors = 0;
  #stage = "";

  constructor(setup: PublisherSetup) {
    this.#setup = setup;
  }

  /** Files that this agent could not read. */
  get fileErrors(): number {
    return this.#fileErrors;
  }

  /** Publishes when a whole percent is reached; in between there is nothing new to tell. */
  async progress(fraction: number, stage: string): Promise<void> {
    this.#progress = Math.max(this.#progress, Math.min(1, fraction));
    this.#stage = stage;
    const percent = Math.floor(this.#progress * 100);
    if (percent <= this.#announced) return;
    await this.#publishProgress("running");
    await this.#setup.beat?.(this.#progress, this.#stage);
  }

  /** The agent stops here. */
  async ended(status: "completed" | "failed" | "cancelled"): Promise<void> {
    if (status === "completed") this.#progress = 1;
    this.#stage = status;
    await this.#publishProgress(status);
  }

  async finding(kind: string, where: string, what: string): Promise<void> {
    const known = this.#findings.get(kind) ?? 0;
    this.#findings.set(kind, known + 1);
    if (known >= maxFindingsPerKind) return;
    await this.#publish(auditFinding, {
      ...this.#identity(),
      kind,
      where: shortened(where, 300),
      what: shortened(what, 200),
    });
  }

  /** A file that cannot be read is told, and the agent goes on with the next. */
  async fileFailed(path: string, error: NodeJS.ErrnoException): Promise<void> {
    this.#fileErrors += 1;
    if (this.#fileErrors > maxFileErrors) return;
    await this.#publish(agentError, {
      ...this.#identity(),
      error_message: `${shortened(path, 300)} cannot be read (${error.code})`,
      error_type: error.code ?? error.name,
      severity: "warning",
      current_task: shortened(path, 300),
      progress: this.#progress,
    });
  }

  /** The agent itself failed. */
  async failed(error: unknown): Promise<void> {
    await this.#publish(agentError, {
      ...this.#identity(),
      error_message: shortened(String(error), 500),
      error_type: error instanceof Error ? error.name : "unknown",
      severity: "error",
      current_task: shortened(this.#stage, 300),
      progress: this.#progress,
    });
  }

  async report({ headline, totals, ranking }: AgentReport): Promise<void> {
    await this.#publish(auditReport, {
      ...this.#identity(),
      headline,
      totals: { ...totals },
      ranking: ranking.map((item) => ({ ...item, name: shortened(item.name, 300) })),
    });
  }

  #identity() {
    return { run_id: this.#setup.runId, agent_id: this.#setup.agentId };
  }

  async #publishProgress(status: string): Promise<void> {
    this.#announced = Math.floor(this.#progress * 100);
    await this.#publish(workflowProgress, {
      ...this.#identity(),
      workflow: auditWorkflow,
      stage: shortened(this.#stage, 300),
      progress: this.#progress,
      status,
    });
  }

  async #publish<Definition extends EventDefinition>(
    definition: Definition,
    data: EventInput<Definition>,
  ): Promise<void> {
    const { streamer, ledger, agentId } = this.#setup;
    const eventId = await streamer.publishEvent(definition, data, { source: agentId });
    ledger.note(definition.eventType, eventId !== "");
  }
}
