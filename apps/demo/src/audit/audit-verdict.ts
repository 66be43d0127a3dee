/** The verdict on an audit: the publishers' account against what the consumer received. */
import type { AuditBoard } from "./audit-board.ts";
import type { PublishLedger } from "./publish-ledger.ts";

export interface AuditVerdict {
  /** Everything that was published was stored and has arrived. */
  readonly good: boolean;
  readonly lines: readonly string[];
}

/** Needs both sides: a consumer alone cannot know of an end that was never stored. */
export function auditVerdict(board: AuditBoard, ledger: PublishLedger): AuditVerdict {
  const lines: string[] = [];
  const { stored, notStored } = ledger;
  const refused = Object.entries(notStored).map(([eventType, count]) => `${count} ${eventType}`);
  if (refused.length > 0) lines.push(`NOT STORED, by the publishers' own account: ${refused.join(", ")}.`);
  for (const { eventType, received } of board.counts()) {
    const published = stored[eventType] ?? 0;
    if (received < published) lines.push(`LOST: ${published} ${eventType} were stored, ${received} arrived.`);
  }
  const good = lines.length === 0 && board.complete;
  return { good, lines: good ? ["Every event that was published has arrived."] : lines };
}
