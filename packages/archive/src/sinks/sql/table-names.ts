/** The names of the two tables, checked. */
import { AttuneError, checkText } from "@attune/transport";

export function checkTableNames({
  table = "events",
  positionsTable = "archive_positions",
}: {
  readonly table?: string | undefined;
  readonly positionsTable?: string | undefined;
}): { readonly table: string; readonly positionsTable: string } {
  for (const [option, name] of Object.entries({ table, positionsTable })) {
    checkText(option, name, { min: 1, maxBytes: 63 });
    if (name.includes("\0")) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `${option} must not hold NUL.`, {
        details: { argument: option },
      });
    }
  }
  if (table.toLowerCase() !== positionsTable.toLowerCase()) return { table, positionsTable };
  throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "table and positionsTable must be two tables.", {
    details: { argument: "positionsTable" },
  });
}
