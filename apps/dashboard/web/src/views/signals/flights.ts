/** What travels in the picture just now: a dot per signal, or one for several where there are too many; rings for broadcasts. */
import { wayKey } from "./signal-traffic.ts";

export const flightMs = 700;
/** More dots at once would be a blur: what comes then goes with one that has just left. */
export const maxDots = 30;
/** So many there are at most, of merged ones too: one per way. */
const maxFlights = 120;
/** A dot that left so lately still takes others along. */
const joinMs = 150;

export interface Flight {
  readonly way: string;
  readonly source: string;
  /** `null`: a ring. */
  readonly target: string | null;
  readonly type: string;
  /** Of the page's clock (`performance.now`). */
  readonly startedAt: number;
  /** Signals that it stands for. */
  readonly count: number;
}

export class Flights {
  #flights: Flight[] = [];

  get size(): number {
    return this.#flights.length;
  }

  add(source: string, target: string | null, type: string, now: number): void {
    this.#land(now);
    const way = wayKey(source, target);
    const isCrowded = this.#flights.length >= maxDots;
    const youngerThan = isCrowded ? joinMs : joinMs / 3;
    const companion = this.#flights.findLastIndex(
      (flight) =>
        flight.way === way && now - flight.startedAt < youngerThan && (isCrowded || flight.type === type),
    );
    if (companion >= 0) {
      const flight = this.#flights[companion]!;
      this.#flights[companion] = { ...flight, count: flight.count + 1 };
    } else if (this.#flights.length < maxFlights) {
      this.#flights.push({ way, source, target, type, startedAt: now, count: 1 });
    }
  }

  /** Those that have not arrived yet. */
  underWay(now: number): readonly Flight[] {
    this.#land(now);
    return this.#flights;
  }

  clear(): void {
    this.#flights = [];
  }

  #land(now: number): void {
    // They left in this order.
    let landed = 0;
    while (landed < this.#flights.length && now - this.#flights[landed]!.startedAt >= flightMs) landed += 1;
    if (landed > 0) this.#flights = this.#flights.slice(landed);
  }
}
