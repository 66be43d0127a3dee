/** What DuckDB's errors mean for a sink; they are told apart by the beginning of their text. */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";

/** The database in memory is of no use any more, and has to be opened again. */
export function isFatal(error: unknown): boolean {
  return /^(FATAL|INTERNAL)|invalidated/i.test(messageOf(error));
}

/** Another process has the file open. */
export function isLocked(error: unknown): boolean {
  return /set lock/i.test(messageOf(error));
}

/** Two transactions met: to be tried again. */
export function isMeeting(error: unknown): boolean {
  return /write-write conflict|Conflict on (tuple|update)|transaction conflict/i.test(messageOf(error));
}

/** A row is there already. */
export function isDuplicate(error: unknown): boolean {
  return /duplicate key|primary key constraint/i.test(messageOf(error));
}

export function toDuckDbError(error: unknown, location: string): AttuneError {
  if (error instanceof AttuneError) return error;
  const message = messageOf(error).split("\n")[0]!;
  if (/Permission denied|Read-only file system|read-only mode|Is a directory/i.test(message)) {
    return sinkRefused(`${location} refuses: ${message}`, error);
  }
  if (
    isFatal(error) ||
    isMeeting(error) ||
    /^(IO|Out of Memory|Connection|Interrupt|TransactionContext) ?Error/i.test(message)
  ) {
    return sinkUnavailable(`Nothing can be stored in ${location}: ${message}`, error);
  }
  return sinkRefused(`${location} refuses: ${message}`, error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
