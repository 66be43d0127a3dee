/**
 * What this process has seen of the outages of a store. An agent that could not beat because the store was away has not
 * died: after an outage its lease counts as excused for one TTL, whatever the store itself has noticed.
 */
import type { Clock, Transport } from "@attune/transport";
import { type Lease, ttlOf } from "./liveness.ts";

/** Agents beat at once when the store is back: a TTL of hours is no reason to wait for hours. */
const maxLeaseGraceMs = 600_000;

// One per transport, and no longer than it: a transport may serve thousands of coordinators that come and go.
const ofTransport = new WeakMap<Transport, StoreOutages>();

export class StoreOutages {
  readonly #clock: Clock;
  #away: boolean;
  /** When something was last asked that the store answered in time. */
  #answeredAt: number | undefined;
  /** From when on the store may have been away in the latest outage; `undefined`: from before this process looked. */
  #since: number | undefined;
  #backAt: number | undefined;
  #longestGraceMs = 0;

  static of(transport: Transport): StoreOutages {
    let outages = ofTransport.get(transport);
    if (!outages) {
      outages = new StoreOutages(transport);
      ofTransport.set(transport, outages);
    }
    return outages;
  }

  private constructor(transport: Transport) {
    this.#clock = transport.clock;
    this.#away = transport.status === "unavailable";
    transport.onStatus((status) => {
      if (status === "unavailable" && !this.#away) {
        this.#begin();
        this.#away = true;
      } else if (status === "available" && this.#away) {
        this.#away = false;
        this.#backAt = this.#clock.monotonic();
      }
    });
  }

  /**
   * The store answered. An answer that took as long as `slowMs`, not counting the `busyMs` in which this thread could not
   * have heard it, came out of an outage that was too short to be told.
   */
  answered(askedAt: number, { busyMs, slowMs }: { readonly busyMs: number; readonly slowMs: number }): void {
    const now = this.#clock.monotonic();
    if (now - askedAt - busyMs < slowMs) {
      this.#answeredAt = askedAt;
    } else if (!this.#away) {
      this.#begin();
      this.#backAt = now;
    }
  }

  /** Whether the store is away, or came back less than `graceMs` ago. */
  grace(graceMs: number): boolean {
    this.#longestGraceMs = Math.max(this.#longestGraceMs, graceMs);
    if (this.#away) return true;
    return this.#backAt !== undefined && this.#clock.monotonic() - this.#backAt < graceMs;
  }

  /** Whether a lease that has run out proves nothing, since it ran out in an outage. */
  excuses(lease: Lease, graceMs: number): boolean {
    if (!this.grace(Math.max(graceMs, Math.min(ttlOf(lease), maxLeaseGraceMs)))) return false;
    return this.#since === undefined || this.#clock.monotonic() + (lease.leaseMs ?? 0) >= this.#since;
  }

  #begin(): void {
    // Back for a moment only: too short for everybody to beat, so it is the same outage still.
    if (this.#backAt !== undefined && this.#clock.monotonic() - this.#backAt < this.#longestGraceMs / 3) {
      return;
    }
    this.#since = this.#answeredAt;
  }
}
