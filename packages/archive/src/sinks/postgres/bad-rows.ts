/** Rows that PostgreSQL cannot hold: those that are known before it is asked, and those that it complains about. */
import { idParts } from "../../id-parts.ts";
import type { ArchiveRow, Refusal } from "../../sink.ts";
import { whyMalformed } from "../why-malformed.ts";
import type { Run } from "./connections.ts";
import { isAboutValues } from "./postgres-errors.ts";

const maxBigint = 2n ** 63n - 1n;

export function whyRefused(row: ArchiveRow): string | undefined {
  return whyNul(row) ?? whyMalformed(row) ?? whyOverBigint(row.eventId);
}

function whyNul({ eventType, source, data }: ArchiveRow): string | undefined {
  return [eventType, source, data].some((text) => text.includes("\0"))
    ? "it holds NUL, which PostgreSQL's texts cannot"
    : undefined;
}

function whyOverBigint(eventId: string): string | undefined {
  // Only long ones are looked at as numbers: there may be thousands of rows.
  if (eventId.length <= 20 || idParts(eventId).ms <= maxBigint) return undefined;
  return `its event_id ${eventId} has more milliseconds than a bigint holds`;
}

/**
 * Tries the rows in halves, and halves of halves, until those are found that fail. Everything is taken back. Where all of them
 * together fail but none alone, there is none.
 */
export async function findBadRows(
  run: Run,
  rows: readonly ArchiveRow[],
  insert: (rows: readonly ArchiveRow[]) => Promise<unknown>,
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const look = async (from: number, to: number) => {
    await run("SAVEPOINT attempt");
    try {
      await insert(rows.slice(from, to));
      await run("RELEASE SAVEPOINT attempt");
    } catch (error) {
      if (!isAboutValues(error)) throw error;
      await run("ROLLBACK TO SAVEPOINT attempt");
      if (to - from === 1) {
        refusals.push({ index: from, reason: (error as Error).message });
        return;
      }
      const middle = Math.floor((from + to) / 2);
      await look(from, middle);
      await look(middle, to);
    }
  };
  await run("BEGIN");
  await look(0, rows.length);
  await run("ROLLBACK");
  return refusals;
}
