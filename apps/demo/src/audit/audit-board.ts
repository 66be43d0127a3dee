/** What a consumer knows of an audit: the events of one run, taken in as they arrive, and nothing else. */
import { approvalAudit } from "@attune/approvals";
import { agentError, agentHeartbeat } from "@attune/heartbeat";
import { coordinationSignal } from "@attune/signals";
import type { EventsOf, Gap } from "@attune/streams";
import { workflowProgress } from "@attune/workflow";
import { AgentIds } from "../agent-ids.ts";
import { inBytes } from "../agents/wording.ts";
import {
  auditFinding,
  auditFinished,
  auditReport,
  auditStarted,
  type Finding,
  type Report,
} from "./audit-events.ts";
import type { Ending } from "./audit-signals.ts";
import { describeProgress } from "./describe-progress.ts";
import { describeDecision, type ReportRequest, reportRequest } from "./report-request.ts";

/** What the consumer of an audit subscribes to. */
export const auditEventTypes = [
  auditStarted,
  workflowProgress,
  auditFinding,
  agentError,
  auditReport,
  agentHeartbeat,
  coordinationSignal,
  approvalAudit,
  auditFinished,
] as const;

export type AuditEvent = EventsOf<typeof auditEventTypes>;

export interface AgentState {
  readonly id: string;
  readonly task: string;
  /** Where it lives; `null`: in the auditor's, or not known yet. */
  readonly processId: number | null;
  readonly meantToFail: boolean;
  progress: number;
  /** The stage, and what that says of itself. */
  doing: string;
  status: string;
}

export interface AgentTrouble {
  readonly agentId: string;
  readonly message: string;
  readonly severity: string;
}

/** Names of agents; `to` is `null` for a broadcast. */
export interface SentSignal {
  readonly type: string;
  readonly from: string;
  readonly to: string | null;
}

/** A step of the request to write the report, as the gate tells of it. */
export interface ApprovalStep {
  readonly transition: string;
  /** Names of agents, or of somebody else; the first step is the auditor's. */
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  /** Bytes are those of the file that is asked for. */
  readonly request: ReportRequest | undefined;
}

/** `asks to write …`, `approved by reviewer: …`. */
export function describeApproval({ transition, by, reason, request }: ApprovalStep): string {
  if (transition !== "requested") return `${transition} ${describeDecision(by, reason)}`;
  return request ? `asks to write ${request.file}, ${inBytes(request.bytes)}` : "asks for an approval";
}

/** `auditor → all: start`. */
export function describeSignal({ type, from, to }: SentSignal): string {
  return `${from} → ${to ?? "all"}: ${type}`;
}

export interface EventCount {
  readonly eventType: string;
  /** As the publishers declared it in their last event; `null` when that has not arrived. */
  readonly published: number | null;
  readonly notStored: number | null;
  readonly received: number;
}

const unknownAgent = {
  task: "",
  processId: null,
  meantToFail: false,
  progress: 0,
  doing: "waiting",
  status: "waiting",
} as const;

export class AuditBoard {
  readonly runId: string;
  root = "";
  readonly agents = new Map<string, AgentState>();
  readonly findings: Finding[] = [];
  readonly reports = new Map<string, Report>();
  readonly troubles: AgentTrouble[] = [];
  readonly signals: SentSignal[] = [];
  readonly approvals: ApprovalStep[] = [];
  /** By agent: how often it has beaten, and what it said of itself at last. */
  readonly heartbeats = new Map<string, { readonly beats: number; readonly status: string }>();
  /** By agent: how it ended, as the auditor has heard. */
  heard: Readonly<Record<string, Ending>> = {};
  /** Events the consumer was told it can never get. */
  readonly gaps: Gap[] = [];
  /** Events of this run that did not fit their definition. */
  invalid = 0;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  outcome: "completed" | "cancelled" | "failed" | undefined;
  readonly #received = new Map<string, number>();
  #published: Readonly<Record<string, number>> | undefined;
  #notStored: Readonly<Record<string, number>> | undefined;
  readonly #latencies: number[] = [];
  readonly #ids: AgentIds;

  constructor(runId: string) {
    this.runId = runId;
    this.#ids = new AgentIds(runId);
  }

  /** An agent's name, whether the event calls it by that or by its id. */
  nameOf(source: string): string {
    return this.#ids.nameOf(source) ?? source;
  }

  /** An agent's name with its process, as in logs of systems: `line-counter[4711]`. */
  labelOf(source: string): string {
    const name = this.nameOf(source);
    const processId = this.agents.get(name)?.processId ?? null;
    return processId === null ? name : `${name}[${processId}]`;
  }

  /** Of an agent that is there to fail. */
  isIntended({ agentId, severity }: AgentTrouble): boolean {
    return severity === "error" && (this.agents.get(agentId)?.meantToFail ?? false);
  }

  /** Of the longest label, and of short names: a column for all of them. */
  get labelWidth(): number {
    return Math.max(18, ...[...this.agents.keys()].map((id) => this.labelOf(id).length));
  }

  /** Says whether the event belongs to this run; a shared store has those of others too. */
  take(event: AuditEvent, receivedAt: number = Date.now()): boolean {
    if (!this.#isOfThisRun(event)) return false;
    this.#received.set(event.eventType, (this.#received.get(event.eventType) ?? 0) + 1);
    this.#latencies.push(Math.max(0, receivedAt - event.timestamp.getTime()));
    if (event.valid) this.#apply(event);
    else this.invalid += 1;
    return true;
  }

  /** Whether the run is over and everything that was published has arrived. */
  get complete(): boolean {
    return (
      this.#published !== undefined &&
      this.counts().every(({ published, received }) => received >= (published ?? 0))
    );
  }

  counts(): EventCount[] {
    const published = this.#published;
    const notStored = this.#notStored;
    const known = [...auditEventTypes.map(({ eventType }) => eventType as string)];
    return known.map((eventType) => ({
      eventType,
      published: published ? (published[eventType] ?? 0) : null,
      notStored: notStored ? (notStored[eventType] ?? 0) : null,
      received: this.#received.get(eventType) ?? 0,
    }));
  }

  /** From publishing to arrival, in milliseconds: the median and the largest. */
  latency(): { readonly median: number; readonly largest: number } | undefined {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    if (sorted.length === 0) return undefined;
    return { median: sorted[Math.floor(sorted.length / 2)]!, largest: sorted.at(-1)! };
  }

  /** Beats, signals and requests say by whom they are; everything else says of which run. */
  #isOfThisRun({ eventType, data }: AuditEvent): boolean {
    const { run_id, agent_id, source_agent } = (data ?? {}) as Readonly<Record<string, unknown>>;
    if (eventType === agentHeartbeat.eventType || eventType === approvalAudit.eventType) {
      return this.#isOurs(agent_id);
    }
    if (eventType === coordinationSignal.eventType) return this.#isOurs(source_agent);
    return run_id === this.runId;
  }

  #isOurs(id: unknown): boolean {
    return typeof id === "string" && this.#ids.nameOf(id) !== undefined;
  }

  #apply(event: AuditEvent & { valid: true }): void {
    switch (event.eventType) {
      case "audit_started": {
        this.root = event.data.root;
        this.startedAt = event.timestamp;
        for (const { agent_id, task, process_id, meant_to_fail } of event.data.agents) {
          this.#agent(agent_id, { task, processId: process_id, meantToFail: meant_to_fail });
        }
        return;
      }
      case "workflow_progress": {
        const { agent_id, progress, status = "running" } = event.data;
        const agent = this.#agent(agent_id ?? event.source);
        // Without a stage it is about the run; a stage that has ended is not the end of the run.
        const runStatus = event.data.stage === undefined ? status : "running";
        Object.assign(agent, { progress, doing: describeProgress(event.data), status: runStatus });
        return;
      }
      case "audit_finding":
        this.findings.push(event.data);
        return;
      case "agent_error": {
        const { agent_id, error_message, severity } = event.data;
        const agentId = this.nameOf(agent_id);
        this.troubles.push({ agentId, message: error_message, severity: severity ?? "error" });
        return;
      }
      case "audit_report":
        this.reports.set(this.nameOf(event.data.agent_id), event.data);
        return;
      case "agent_heartbeat": {
        const name = this.nameOf(event.data.agent_id);
        const beats = (this.heartbeats.get(name)?.beats ?? 0) + 1;
        this.heartbeats.set(name, { beats, status: event.data.status });
        return;
      }
      case "coordination_signal": {
        const { signal_type: type, source_agent, target_agent } = event.data;
        const to = target_agent === null ? null : this.nameOf(target_agent);
        this.signals.push({ type, from: this.nameOf(source_agent), to });
        return;
      }
      case "approval_audit": {
        const { transition, agent_id, responder, reason, at, context } = event.data;
        const by = this.nameOf(responder ?? agent_id);
        const request = reportRequest.safeParse(context).data;
        this.approvals.push({ transition, by, reason, at: new Date(at), request });
        return;
      }
      case "audit_finished":
        this.finishedAt = event.timestamp;
        this.outcome = event.data.outcome;
        this.#published = event.data.published;
        this.#notStored = event.data.not_stored;
        this.heard = event.data.heard;
    }
  }

  /** The types arrive independently of each other: progress may come before the list of agents. */
  #agent(agentId: string, listed?: Pick<AgentState, "task" | "processId" | "meantToFail">): AgentState {
    const id = this.nameOf(agentId);
    const known = this.agents.get(id);
    if (known && !listed) return known;
    const agent: AgentState = { ...unknownAgent, id, ...known, ...listed };
    this.agents.set(id, agent);
    return agent;
  }
}
