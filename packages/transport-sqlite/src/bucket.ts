/** A bucket's row: its number, its times, and how many leases it has. */
import { type BucketTimes, noBucketTimes } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { largestOwner } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";

export interface Bucket {
  readonly number: number;
  /** Records with a lease whose expiry was not settled. */
  readonly leased: number;
  /** The highest that a record of this bucket ever had. */
  readonly lastIncarnation: number;
  readonly times: BucketTimes;
}

/** `undefined` where nothing was ever put. */
export function findBucket(connection: Connection, name: string): Bucket | undefined {
  const row: Row | undefined = connection
    .statement("SELECT * FROM bucket WHERE space = ? AND name = ?")
    .get(connection.space, name);
  if (!row) return undefined;
  return {
    number: Number(row.number),
    leased: Number(row.leased),
    lastIncarnation: Number(row.last_incarnation),
    times: {
      touchedAt: row.touched_at === null ? undefined : Number(row.touched_at),
      longestLeaseMs: Number(row.longest_lease_ms),
      pause: { from: Number(row.pause_from), to: Number(row.pause_to) },
      grace: { from: Number(row.grace_from), to: Number(row.grace_until) },
    },
  };
}

/** To be called while writing. */
export function makeBucket(connection: Connection, name: string): Bucket {
  const { lastInsertRowid } = connection
    .statement("INSERT INTO bucket (space, name) VALUES (?, ?)")
    .run(connection.space, name);
  // Beyond, the ids of its rows would be those of others.
  if (lastInsertRowid > largestOwner) throw new Error(`there have been ${largestOwner} buckets in this file`);
  return { number: lastInsertRowid, leased: 0, lastIncarnation: 0, times: noBucketTimes };
}

export function saveBucket(connection: Connection, bucket: Bucket): void {
  const { touchedAt, longestLeaseMs, pause, grace } = bucket.times;
  connection
    .statement(
      `UPDATE bucket SET leased = ?, last_incarnation = ?, touched_at = ?, longest_lease_ms = ?,
         pause_from = ?, pause_to = ?, grace_from = ?, grace_until = ?
       WHERE number = ?`,
    )
    .run(
      bucket.leased,
      bucket.lastIncarnation,
      touchedAt ?? null,
      longestLeaseMs,
      pause.from,
      pause.to,
      grace.from,
      grace.to,
      bucket.number,
    );
}
