/** From what the scripts of records answer to records. */
import type { StoredRecord } from "@attune/transport";

/** Milliseconds of the server's clock. */
export interface StoreTimes {
  readonly now: number;
  /** Leases that were put before `from` and ran out after it are excused before `until`. */
  readonly from: number;
  readonly until: number;
}

export function parseTimes(now: string, from: string, until: string): StoreTimes {
  return { now: Number(now), from: Number(from), until: Number(until) };
}

/** A record as src/lua/parts/record.lua describes it; `null` when its time is over. */
export function toRecord(key: string, text: string, { now, from, until }: StoreTimes): StoredRecord | null {
  const headEnd = text.indexOf("\n");
  const head = text.slice(0, headEnd).split(" ");
  const leaseEnd = Number(head[3]);
  const putAt = Number(head[4]);
  const forgetAt = (leaseEnd > 0 ? leaseEnd : putAt) + Number(head[5]);
  if (forgetAt <= now) return null;
  // Put before the pause, run out since: who was put after it has had his chance.
  const inPause = now < until && putAt <= from && leaseEnd > from;
  const excused = leaseEnd > 0 && leaseEnd <= now && head[6] === "-" && inPause;
  return {
    key,
    value: text.slice(headEnd + 1),
    version: Number(head[0]),
    incarnation: Number(head[1]),
    // Between two pages the server's clock may have gone on a little after it was read.
    ageMs: Math.max(0, now - putAt),
    leaseMs: leaseEnd > 0 ? leaseEnd - now : null,
    excused,
  };
}
