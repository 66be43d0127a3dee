/** Removes a record's row and what belongs to it. */
import type { Bucket } from "./bucket.ts";
import type { Connection } from "./connection.ts";
import { rowId, rowNumber } from "./run-of-rows.ts";

/** Answers by how much the bucket's count of leases goes down, which the caller saves: 0 or 1. */
export function removeRecord(connection: Connection, { number }: Pick<Bucket, "number">, key: string): 0 | 1 {
  const row = connection
    .statement(
      `DELETE FROM record WHERE bucket = ? AND key = ? RETURNING ${rowNumber("id")} AS number, lease_end, settled`,
    )
    .get(number, key);
  if (!row) return 0;
  connection
    .statement(`DELETE FROM holder WHERE record = ${rowId("?", "?")}`)
    .run(number, Number(row.number));
  return row.lease_end !== null && row.settled === 0 ? 1 : 0;
}
