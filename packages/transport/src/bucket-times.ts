/**
 * Which expiries of a bucket are excused: those within a pause in which nobody could put or claim. Written once, for every store
 * whose clean form this is; a store keeps the times with the bucket.
 */

/** In milliseconds of the store's time. */
export interface BucketTimes {
  /** The last put or claim; `undefined` before the first. */
  readonly touchedAt: number | undefined;
  readonly longestLeaseMs: number;
  /** The longest pause that a put has ended since the last claim. */
  readonly pause: Span;
  /** Leases that were put before `from` and ran out after it are excused until `to`. */
  readonly grace: Span;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Nobody is excused for longer. */
const longestGraceMs = 600_000;

export const noBucketTimes: BucketTimes = {
  touchedAt: undefined,
  longestLeaseMs: 0,
  pause: { from: 0, to: 0 },
  grace: { from: 0, to: 0 },
};

/** The times after a lease was put. */
export function timesAfterPut(times: BucketTimes, now: number, leaseMs: number): BucketTimes {
  const last = times.touchedAt ?? now;
  const touched = { ...times, touchedAt: now, longestLeaseMs: Math.max(times.longestLeaseMs, leaseMs) };
  const isOutage = now - last > Math.min(touched.longestLeaseMs, longestGraceMs);
  // A monitor may find a shorter pause too long: its next claim decides.
  const pause = now - last > times.pause.to - times.pause.from ? { from: last, to: now } : times.pause;
  return { ...touched, pause, grace: isOutage ? graceAfter(touched, last, now) : times.grace };
}

/** The times after a claim of somebody to whom a pause longer than `gapMs` is an outage. */
export function timesAfterClaim(times: BucketTimes, now: number, gapMs: number): BucketTimes {
  const last = times.touchedAt ?? now;
  const { from, to } = times.pause;
  const touched = { ...times, touchedAt: now, pause: { from: 0, to: 0 } };
  if (now - last > gapMs) return { ...touched, grace: graceAfter(times, last, now) };
  if (to - from > gapMs) return { ...touched, grace: graceAfter(times, from, to) };
  return touched;
}

/** Whether a lease does not count now that was put at `putAt` and ran out at `leaseEnd`. */
export function isExcused(
  { grace }: BucketTimes,
  { putAt, leaseEnd }: { readonly putAt: number; readonly leaseEnd: number },
  now: number,
): boolean {
  // Who was put after the pause has had his chance.
  return now < grace.to && putAt <= grace.from && leaseEnd > grace.from;
}

function graceAfter({ grace, longestLeaseMs }: BucketTimes, from: number, to: number): Span {
  const until = to + Math.min(longestLeaseMs, longestGraceMs);
  // Away again before everybody could come back: what was excused stays so.
  return { from: from < grace.to ? Math.min(from, grace.from) : from, to: Math.max(until, grace.to) };
}
