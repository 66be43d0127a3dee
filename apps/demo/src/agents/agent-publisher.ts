/** What one agent of the audit tells the world beside what its workflow tells of itself: findings, files it cannot read, its report. */
import { agentError } from "@attune/heartbeat";
import type { EventDefinition, EventInput, EventStreamer } from "@attune/streams";
import { auditFinding, auditReport } from "../audit/audit-events.ts";
import type { FoundByKind } from "../audit/audit-signals.ts";
import type { AgentReport } from "./agent.ts";
import { shortened } from "./shortened.ts";

export interface PublisherSetup {
  readonly streamer: EventStreamer;
  readonly runId: string;
  readonly agentId: string;
}

/** An agent that finds more publishes only so many of a kind and counts the rest in its report. */
export const maxFindingsPerKind = 200;
/** The first of each kind, for those who want no more than examples. */
const maxExamples = 3;
const maxFileErrors = 100;

export class AgentPublisher {
  readonly #setup: PublisherSetup;
  readonly #found = new Map<string, { count: number; readonly first: { where: string; what: string }[] }>();
  #fileErrors = 0;

  constructor(setup: PublisherSetup) {
    this.#setup = setup;
  }

  /** Files that this agent could not read. */
  get fileErrors(): number {
    return this.#fileErrors;
  }

  get found(): FoundByKind[] {
    return [...this.#found].map(([kind, { count, first }]) => ({ kind, count, first }));
  }

  async finding(kind: string, where: string, what: string): Promise<void> {
    const found = this.#found.get(kind) ?? { count: 0, first: [] };
    this.#found.set(kind, found);
    found.count += 1;
    const finding = { where: shortened(where, 300), what: shortened(what, 200) };
    if (found.first.length < maxExamples) found.first.push(finding);
    if (found.count > maxFindingsPerKind) return;
    await this.#publish(auditFinding, { ...this.#identity(), kind, ...finding });
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

  async #publish<Definition extends EventDefinition>(
    definition: Definition,
    data: EventInput<Definition>,
  ): Promise<void> {
    const { streamer, agentId } = this.#setup;
    await streamer.publishEvent(definition, data, { source: agentId });
  }
}
