/** How the figures of health went in the last minutes: kept by the page, since nobody else keeps it. */
import type { HealthJson } from "../../../../src/protocol/records.ts";

/** Told every two seconds: five minutes. */
export const keptPoints = 150;
/** Of more types nothing is kept. */
const mostTypes = 300;

export class HealthHistory {
  readonly events = new Series();
  readonly errors = new Series();
  readonly latency = new Series();
  readonly #byType = new Map<string, Series>();
  #lastAt = "";
  #version = 0;

  /** How many it has seen. */
  get version(): number {
    return this.#version;
  }

  add({ at, rates, store }: HealthJson): void {
    if (at === this.#lastAt) return;
    this.#lastAt = at;
    this.#version += 1;
    this.events.add(rates.events_per_second);
    this.errors.add(rates.errors_per_minute);
    if (store.latency_ms) this.latency.add(store.latency_ms.p95);
    const now = new Map(rates.by_type.map(({ event_type, per_second }) => [event_type, per_second]));
    for (const [type, series] of this.#byType) {
      series.add(now.get(type) ?? 0);
      now.delete(type);
      if (series.isFlat) this.#byType.delete(type);
    }
    for (const [type, perSecond] of now) {
      if (this.#byType.size >= mostTypes) break;
      const series = new Series();
      series.add(perSecond);
      this.#byType.set(type, series);
    }
  }

  /** Oldest first. */
  ofType(type: string): readonly number[] {
    return this.#byType.get(type)?.values ?? [];
  }

  /** Those with events in the last minutes, whether there are any just now or not. */
  get types(): readonly string[] {
    return [...this.#byType.keys()];
  }
}

class Series {
  #values: number[] = [];

  get values(): readonly number[] {
    return this.#values;
  }

  /** As long as it can be, and nothing in it. */
  get isFlat(): boolean {
    return this.#values.length === keptPoints && this.#values.every((value) => value === 0);
  }

  add(value: number): void {
    this.#values = [...this.#values.slice(1 - keptPoints), value];
  }
}
