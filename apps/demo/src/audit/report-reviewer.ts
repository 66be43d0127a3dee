/** Who decides whether the report is written: the user at the terminal, or a policy. */
import type { ReportRequest } from "./report-request.ts";

export interface Decision {
  readonly approved: boolean;
  readonly reason: string;
}

export interface ReportReviewer {
  /** As whom it answers: the name of an agent of the run, or of somebody else. */
  readonly name: string;
  readonly isAgent: boolean;
  /** Whether anybody else may answer in its place. Default false. */
  readonly anybody?: boolean;
  /** Without an answer for so long the report is not written. */
  readonly answerMs: number;
  /** What is said of it before the audit begins. */
  readonly announcement: readonly string[];
  /** `null`: no decision, since `over` has aborted: nobody waits for one any more. */
  decide(request: ReportRequest, over: AbortSignal): Promise<Decision | null>;
}
