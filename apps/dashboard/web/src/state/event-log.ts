/** The newest events that the page has, oldest first: bounded, and never renumbered. */
import type { EventJson } from "../../../src/protocol/records.ts";

/** An event of the log; or what is known to be missing at that place. */
export type LogItem =
  | { readonly n: number; readonly event: EventJson; readonly gap?: undefined }
  | { readonly n: number; readonly event?: undefined; readonly gap: LogGap };

export interface LogGap {
  /** `null`: of several types. */
  readonly eventType: string | null;
  /** `null`: unknown. */
  readonly missed: number | null;
  readonly reason: "trimmed" | "reset" | "behind";
}

/** As many as the page keeps; above twice as many the older ones go. */
const kept = 5000;

export class EventLog {
  #items: LogItem[] = [];
  #next = 0;

  get items(): readonly LogItem[] {
    return this.#items;
  }

  /** How many there ever were: grows with each. */
  get total(): number {
    return this.#next;
  }

  add(events: readonly EventJson[]): void {
    for (const event of events) this.#items.push({ n: this.#next++, event });
    if (this.#items.length > 2 * kept) this.#items = this.#items.slice(-kept);
  }

  addGap(gap: LogGap): void {
    this.#items.push({ n: this.#next++, gap });
  }

  clear(): void {
    this.#items = [];
  }
}
