/** The newest events that the page has, oldest first: bounded, and never renumbered. */
import type { EventJson } from "../../../src/protocol/records.ts";
import { roughBytes } from "./rough-bytes.ts";

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

/** As many as are kept; above twice as many, or twice as many bytes, the older ones go. */
const kept = 5000;
const keptBytes = 16 * 1024 * 1024;

export class EventLog {
  #items: LogItem[] = [];
  /** How much the items take, item by item. */
  #bytes: number[] = [];
  #totalBytes = 0;
  #next = 0;
  readonly #counts = new Map<string, number>();

  get items(): readonly LogItem[] {
    return this.#items;
  }

  /** How many there ever were: grows with each. */
  get total(): number {
    return this.#next;
  }

  /** How many events of each type are in the log. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(events: readonly EventJson[]): void {
    for (const event of events) {
      this.#push({ n: this.#next++, event }, roughBytes(event));
      this.#counts.set(event.event_type, (this.#counts.get(event.event_type) ?? 0) + 1);
    }
    this.#trim();
  }

  addGap(gap: LogGap): void {
    this.#push({ n: this.#next++, gap }, 100);
    this.#trim();
  }

  clear(): void {
    this.#items = [];
    this.#bytes = [];
    this.#totalBytes = 0;
    this.#counts.clear();
  }

  #push(item: LogItem, bytes: number): void {
    this.#items.push(item);
    this.#bytes.push(bytes);
    this.#totalBytes += bytes;
  }

  /** Seldom, and then half of them: what holds the array as it was keeps it. */
  #trim(): void {
    if (this.#items.length <= 2 * kept && this.#totalBytes <= 2 * keptBytes) return;
    let from = Math.max(0, this.#items.length - kept);
    let bytes = sum(this.#bytes, from);
    while (bytes > keptBytes && from < this.#items.length - 1) bytes -= this.#bytes[from++]!;
    for (const { event } of this.#items.slice(0, from)) if (event) this.#uncount(event.event_type);
    this.#items = this.#items.slice(from);
    this.#bytes = this.#bytes.slice(from);
    this.#totalBytes = bytes;
  }

  #uncount(type: string): void {
    const count = this.#counts.get(type)! - 1;
    if (count === 0) this.#counts.delete(type);
    else this.#counts.set(type, count);
  }
}

function sum(values: readonly number[], from: number): number {
  let total = 0;
  for (let i = from; i < values.length; i++) total += values[i]!;
  return total;
}
