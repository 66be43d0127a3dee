/** How an audit is shown while it runs. */
import type { AuditBoard, AuditEvent } from "./audit-board.ts";

export interface AuditView {
  /** An event of this run arrived, and is on the board. */
  show(event: AuditEvent, board: AuditBoard): void;
  /** A warning of the transport or of a component. */
  notice(message: string): void;
  /** Makes room for a question, behind whose last line the answer is typed; `null`: it is over. */
  ask(question: readonly string[] | null): void;
  /** Before the summary is printed. */
  close(): void;
}
