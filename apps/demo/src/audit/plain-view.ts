/** An audit as plain lines, for files, pipes and logs. */
import { cleanText, percentText } from "@attune-tools/terminal-text";
import { type AuditBoard, type AuditEvent, describeApproval } from "./audit-board.ts";
import type { AuditView } from "./audit-view.ts";
import { describeProgress, type Progress } from "./describe-progress.ts";

/** A line per report would bury the findings. */
const progressSteps = 4;

export class PlainView implements AuditView {
  readonly #print: (line: string) => void;
  /** The last step that was printed, per agent. */
  readonly #steps = new Map<string, number>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  show(event: AuditEvent, board: AuditBoard): void {
    const text = event.valid ? this.#describe(event, board) : `invalid event: ${event.invalidReason}`;
    if (text === undefined) return;
    const time = event.timestamp.toISOString().slice(11, 23);
    const who = event.valid && event.eventType === "approval_audit" ? event.data.agent_id : event.source;
    this.#print(cleanText(`${time}  ${board.labelOf(who).padEnd(board.labelWidth)} ${text}`));
  }

  notice(message: string): void {
    console.error(message);
  }

  ask(question: readonly string[] | null): void {
    if (!question) return;
    this.#print("");
    for (const line of question) this.#print(line);
  }

  close(): void {}

  #describe(event: AuditEvent & { valid: true }, board: AuditBoard): string | undefined {
    switch (event.eventType) {
      case "audit_started":
        return `audit of ${event.data.root} with ${describeAgents(event.data.agents)}`;
      case "workflow_progress":
        return this.#describeProgress(event.source, event.data);
      case "audit_finding":
        return `${event.data.kind}: ${event.data.where}  ${event.data.what}`;
      case "agent_error":
        return `${event.data.severity ?? "error"}: ${event.data.error_message}`;
      case "audit_report":
        return `report: ${event.data.headline}`;
      case "agent_heartbeat":
        return undefined; // it says what the progress says; who is alive is seen in the summary
      case "coordination_signal": {
        const { signal_type, target_agent } = event.data;
        return `→ ${target_agent === null ? "all" : board.nameOf(target_agent)}: ${signal_type}`;
      }
      case "approval_audit":
        return describeApproval(board.approvals.at(-1)!);
      case "audit_finished":
        return `audit ${event.data.outcome}`;
    }
  }

  /** Of what a stage says of itself only the quarters of the run; that a stage has ended the next one says. */
  #describeProgress(source: string, progress: Progress): string | undefined {
    const { stage, status, task } = progress;
    if (stage !== undefined && status !== "running" && status !== "failed") return undefined;
    const step = Math.floor(progress.progress * progressSteps);
    if (task !== undefined && (this.#steps.get(source) ?? -1) >= step) return undefined;
    this.#steps.set(source, step);
    return `${percentText(progress.progress)}  ${describeProgress(progress)}`;
  }
}

function describeAgents(agents: readonly { readonly process_id: number | null }[]): string {
  const places = new Set(agents.map(({ process_id }) => process_id).filter((id) => id !== null));
  const where = [...places].map((id) => `process ${id}`).join(" and ");
  return `${agents.length} agents${where ? ` in ${where}` : ""}`;
}
