/** What is pending for an agent: to it alone, and broadcasts that it has not seen. */
import type { Message, MessageSelector } from "@attune/transport";
import type { Connection } from "./connection.ts";
import type { Row } from "./statement.ts";
import { toText } from "./text.ts";

export interface Pending extends Message {
  /** Its row; the order of posting. */
  readonly at: number;
}

/** The oldest first. */
export function pendingMessages(
  connection: Connection,
  agent: string,
  selector: MessageSelector,
  count: number,
): Pending[] {
  return messagesAt(connection, pendingAt(connection, agent, selector, count));
}

/** The rows of these messages; those that are gone are left out. */
export function messagesAt(connection: Connection, rows: readonly number[]): Pending[] {
  const select = connection.statement("SELECT at, id, target, type, source, body FROM message WHERE at = ?");
  return rows.flatMap((at) => {
    const row = select.get(at);
    return row ? [toPending(row)] : [];
  });
}

/** Where those are that a selector selects, the oldest first. Looks into indexes only. */
export function pendingAt(
  connection: Connection,
  agent: string,
  { type, source }: MessageSelector,
  count: number,
): number[] {
  const values: Record<string, string | number> = {
    space: connection.space,
    agent,
    now: connection.clock.now(),
    count,
  };
  if (type !== undefined) values.type = type;
  if (source !== undefined) values.source = source;
  const select = connection.statement(selectPending(type !== undefined, source !== undefined));
  return select.allNamed(values).map(({ at }) => Number(at));
}

function toPending(row: Row): Pending {
  return {
    at: Number(row.at),
    id: toText(row.id),
    target: row.target === null ? null : toText(row.target),
    type: toText(row.type),
    source: toText(row.source),
    body: toText(row.body),
  };
}

export function toMessage({ id, target, type, source, body }: Pending): Message {
  return { id, target, type, source, body };
}

/** The same text for the same parts, so that each of the four is prepared once. */
function selectPending(byType: boolean, bySource: boolean): string {
  const index = `INDEXED BY ${byType ? "message_of_type" : "message_pending"}`;
  const selected = `expires > $now${byType ? " AND type = $type" : ""}${bySource ? " AND source = $source" : ""}`;
  return `
SELECT at FROM message ${index}
WHERE space = $space AND taken = 0 AND target = $agent AND ${selected}
UNION ALL
SELECT at FROM message ${index}
WHERE space = $space AND taken = 0 AND target IS NULL AND ${selected}
  AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.message = message.at AND seen.agent = $agent)
ORDER BY at LIMIT $count`;
}
