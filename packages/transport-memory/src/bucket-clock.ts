/** Which expiries of a bucket are excused: those within a pause in which nobody could put or claim. */

/** Nobody is excused for longer. */
const longestGraceMs = 600_000;

export class BucketClock {
  #touchedAt: number | undefined;
  #longestLeaseMs = 0;
  /** The longest pause that a put has ended since the last claim. */
  #pause = { from: 0, to: 0 };
  /** Leases that ran out after `from` are excused until `until`. */
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

  /** Whether a lease that ran out at `leaseEnd` does not count now. */
  excuses(leaseEnd: number, now: number): boolean {
    return now < this.#grace.until && leaseEnd > this.#grace.from;
  }

  #excuse(from: number, to: number): void {
    this.#grace = { from, until: to + Math.min(this.#longestLeaseMs, longestGraceMs) };
  }
}
