/** A store whose time, and whose timers, only the test moves; and what lies in its tables. */
import { join } from "node:path";
import { type ManualClock, manualClock } from "@attune/transport-conformance";
import { type OpenedParts, openParts } from "./open-parts.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { lookAt, rowCounts } from "./tables-of.ts";

const tables = [
  "entry",
  "stream",
  "removed_entry",
  "idempotency_key",
  "message",
  "seen",
  "posted",
  "receipt",
  "record",
  "holder",
  "ring",
  "consumer_group",
  "pending_entry",
  "removed_group",
] as const;

export type Counts = Partial<Readonly<Record<(typeof tables)[number], number>>>;

export interface Store extends OpenedParts {
  readonly path: string;
  readonly clock: ManualClock;
}

export async function openStore(): Promise<Store> {
  const path = join(scratchFolder(), "attune.db");
  const clock = manualClock();
  const opened = await openParts({ path, clock, machineTime: clock.monotonic });
  return { ...opened, path, clock };
}

/** Of every table that has any. */
export function countsIn({ path }: Store): Counts {
  const counts = Object.entries(rowCounts(path, tables));
  return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
}

/** 0, 1, … */
export const range = (count: number) => Array.from({ length: count }, (_, n) => n);

/** The bytes of the file once its log is written back. */
export function sizeOf({ path }: Store): number {
  return lookAt(path, (db) => {
    const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count);
    return pages * Number(db.prepare("PRAGMA page_size").get()?.page_size);
  });
}
