/** Who has held a record: who held it once, and does not know, must not come back as somebody new. */
import type { PutCondition } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { rowId } from "./run-of-rows.ts";

/** Of each record only the latest: nobody tries for longer. */
const maxHolders = 100;

/** Which record: the numbers of its bucket and of its row there. */
export interface RecordRow {
  readonly bucket: number;
  readonly number: number;
}

const insertHolder = `
INSERT INTO holder (record, holder, number)
VALUES (
  ${rowId("?", "?")}, ?,
  (SELECT coalesce(max(number), 0) + 1 FROM holder WHERE record = ${rowId("?", "?")})
)
ON CONFLICT DO UPDATE SET number = excluded.number
RETURNING number`;

export function holderNow(condition: PutCondition | undefined): string | undefined {
  return condition && "holder" in condition ? condition.holder : undefined;
}

export function wasHolder(connection: Connection, { bucket, number }: RecordRow, holder: string): boolean {
  const sql = `SELECT 1 FROM holder WHERE record = ${rowId("?", "?")} AND holder = ?`;
  return connection.statement(sql).get(bucket, number, holder) !== undefined;
}

export function noteHolder(connection: Connection, { bucket, number }: RecordRow, holder: string): void {
  const noted = connection.statement(insertHolder).get(bucket, number, holder, bucket, number);
  const sql = `DELETE FROM holder WHERE record = ${rowId("?", "?")} AND number <= ?`;
  connection.statement(sql).run(bucket, number, Number(noted?.number) - maxHolders);
}
