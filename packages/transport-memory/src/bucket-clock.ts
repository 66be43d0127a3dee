/** Which expiries of a bucket are excused: those within a pause in which nobody could put or claim. */

/** Nobody is excused for longer. */
const longestGraceMs = 600_000;

export class BucketClock {
  #touchedAt: number | undefined;
  #longestLeaseMs = 0;
  /** The longest pause that a put has ended since the last claim. */
  #pause = { from: 0, to: 0 };
  /** Leases that were put before `from` and ran out after it are excused until `until`. */
  #grace = { from: 0, until: 0 };

  /** A lease was put. */
  put(now: number, leaseMs: number): void {
    const last = this.#touchedAt ?? now;
    this.#touchedAt = now;
    this.#longestLeaseMs = Math.max(this.#longestLeaseMs, leaseMs);
    if (now - last > Math.min(this.#longestLeaseMs, longestGraceMs)) this.#excuse(last, now);
    // A monitor may find a shorter pause too long: its next claim decides.
    if (now - last > this.#pause.to - this.#pause.from) this.#pause = { from: last, to: now };
  }

  /** Somebody claims, to whom a pause longer than `gapMs` is an outage. */
  claim(now: number, gapMs: number): void {
    const last = this.#touchedAt ?? now;
    this.#touchedAt = now;
    if (now - last > gapMs) this.#excuse(last, now);
    else if (this.#pause.to - this.#pause.from > gapMs) this.#excuse(this.#pause.from, this.#pause.to);
    this.#pause = { from: 0, to: 0 };
  }

  /** Whether a lease does not count now that was put at `putAt` and ran out at `leaseEnd`. */
  excuses({ putAt, leaseEnd }: { readonly putAt: number; readonly leaseEnd: number }, now: number): boolean {
    const { from, until } = this.#grace;
    // Who was put after the pause has had his chance.
    return now < until && putAt <= from && leaseEnd > from;
  }

  #excuse(from: number, to: number): void {
    // Away again before everybody could come back: what was excused stays so.
    const since = from < this.#grace.until ? Math.min(from, this.#grace.from) : from;
    const until = to + Math.min(this.#longestLeaseMs, longestGraceMs);
    this.#grace = { from: since, until: Math.max(until, this.#grace.until) };
  }
}
