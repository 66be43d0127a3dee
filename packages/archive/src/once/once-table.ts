/** The table of what was done. */
import { AttuneError, checkText } from "@attune/transport";
import { quoted } from "../sinks/sql/index.ts";

const defaultTable = "processed_events";

/** Quoted. Marks that are older than any event may still be delivered can be deleted, by `processed_at`. */
export function onceTable(table: string = defaultTable): string {
  checkText("table", table, { min: 1, maxBytes: 63 });
  if (table.includes("\0")) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "table must not hold NUL.", {
      details: { argument: "table" },
    });
  }
  return quoted(table);
}
