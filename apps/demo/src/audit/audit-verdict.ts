/** The verdict on an audit: the publishers' account against what the consumer received, and what the orchestrator heard. */
import type { AuditBoard } from "./audit-board.ts";
import type { PublishLedger } from "./publish-ledger.ts";
import type { AuditOutcome } from "./run-audit.ts";

export interface AuditVerdict {
  /** Everything that was published was stored and has arrived, and the orchestrator has heard from every agent. */
  readonly good: boolean;
  readonly lines: readonly string[];
}

const allIsWell = [
  "Every event that was published has arrived.",
  "The orchestrator has heard from every agent how it ended.",
];

/** Needs both sides: a consumer alone cannot know of an end that was never stored. */
export function auditVerdict(
  board: AuditBoard,
  ledger: PublishLedger,
  { heard, failures }: Pick<AuditOutcome, "heard" | "failures">,
): AuditVerdict {
  const lines: string[] = [];
  const { stored, notStored } = ledger;
  const refused = Object.entries(notStored).map(([eventType, count]) => `${count} ${eventType}`);
  if (refused.length > 0) lines.push(`NOT STORED, by the publishers' own account: ${refused.join(", ")}.`);
  for (const { eventType, received } of board.counts()) {
    const published = stored[eventType] ?? 0;
    if (received < published) lines.push(`LOST: ${published} ${eventType} were stored, ${received} arrived.`);
  }
  const unheard = [...heard].filter(([, ending]) => ending === "unheard").map(([name]) => name);
  if (unheard.length > 0) lines.push(`NOT HEARD by the orchestrator, how they ended: ${unheard.join(", ")}.`);
  lines.push(...failures);
  const good = lines.length === 0 && board.complete;
  return { good, lines: good ? allIsWell : lines };
}
