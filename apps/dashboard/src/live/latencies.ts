/** How long the store took to answer, over the last minute. */

const windowMs = 60_000;
/** A read takes a second at least, of some sections: enough for all of them. */
const mostKept = 1000;

export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export class Latencies {
  readonly #kept: { readonly at: number; readonly ms: number }[] = [];
  readonly #listeners = new Set<(ms: number) => void>();

  /** The result ends it. */
  onMeasured(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Only what was answered counts. */
  async measure<T>(read: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await read();
    const now = performance.now();
    this.#kept.push({ at: now, ms: now - startedAt });
    if (this.#kept.length > mostKept) this.#kept.shift();
    for (const listener of this.#listeners) listener(now - startedAt);
    return result;
  }

  /** `null`: nothing was answered. */
  get summary(): LatencySummary | null {
    const since = performance.now() - windowMs;
    while (this.#kept.length > 0 && this.#kept[0]!.at < since) this.#kept.shift();
    const sorted = this.#kept.map(({ ms }) => ms).sort((one, other) => one - other);
    if (sorted.length === 0) return null;
    const at = (share: number) => rounded(sorted[Math.ceil(sorted.length * share) - 1]!);
    return { p50: at(0.5), p95: at(0.95), max: at(1) };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
