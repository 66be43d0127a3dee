/** The verdict on an audit: the publishers' account against what the consumer received, and what the auditor heard. */
import type { AuditBoard } from "./audit-board.ts";
import type { PublishLedger } from "./publish-ledger.ts";
import type { AuditOutcome, HeardAgent } from "./run-audit.ts";

export interface AuditVerdict {
  /**
   * Everything that was published was stored and has arrived, the auditor has heard from every agent, and nobody failed but
   * those that were meant to.
   */
  readonly good: boolean;
  readonly lines: readonly string[];
}

/** What the verdict looks at. */
export type AuditFacts = Pick<AuditOutcome, "heard" | "failures" | "approval"> & {
  /** Of the auditor. */
  readonly result: Pick<AuditOutcome["result"], "status" | "error">;
};

/** Needs both sides: a consumer alone cannot know of an end that was never stored. */
export function auditVerdict(board: AuditBoard, ledger: PublishLedger, facts: AuditFacts): AuditVerdict {
  const { heard, failures, result, approval } = facts;
  const lines: string[] = [];
  const { stored, notStored } = ledger;
  const refused = Object.entries(notStored).map(([eventType, count]) => `${count} ${eventType}`);
  if (refused.length > 0) lines.push(`NOT STORED, by the publishers' own account: ${refused.join(", ")}.`);
  for (const { eventType, received } of board.counts()) {
    const published = stored[eventType] ?? 0;
    if (received < published) lines.push(`LOST: ${published} ${eventType} were stored, ${received} arrived.`);
  }
  const unheard = heard.filter(({ outcome }) => outcome.ending === "unheard").map(({ name }) => name);
  if (unheard.length > 0) lines.push(`NOT HEARD by the auditor, how they ended: ${unheard.join(", ")}.`);
  for (const agent of heard) {
    const { name, outcome, meantToFail } = agent;
    if (outcome.ending === "failed" && !meantToFail) lines.push(`FAILED: ${name} (${outcome.reason}).`);
    // By somebody else than the auditor, which was not cancelled itself.
    if (outcome.ending === "cancelled" && result.status === "completed") lines.push(`CANCELLED: ${name}.`);
    if (outcome.ending === "done" && meantToFail) lines.push(`DID NOT FAIL, and was meant to: ${name}.`);
  }
  if (result.status === "failed") lines.push(`The auditor failed: ${result.error?.message}`);
  // Taken back by nobody's will. A "no", and no answer at all, are decisions like a "yes".
  if (approval?.state === "cancelled") lines.push(`The approval could not be had: ${approval.reason}.`);
  lines.push(...failures);
  const good = lines.length === 0 && board.complete;
  return { good, lines: good ? allIsWell(heard) : lines };
}

function allIsWell(heard: readonly HeardAgent[]): string[] {
  const failed = heard.filter(({ outcome }) => outcome.ending === "failed").map(({ name }) => name);
  return [
    "Every event that was published has arrived.",
    "The auditor has heard from every agent how it ended.",
    ...failed.map((name) => `The ${name} has failed, as intended; the others went on without it.`),
  ];
}
