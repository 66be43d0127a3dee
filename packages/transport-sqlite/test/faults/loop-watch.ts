/**
 * How long the event loop was held up: by how much a timer of 5 ms came late at worst. The time in which the machine gave this process
 * no processor is told apart: others take it away, not what this process runs.
 */
import { ProcessorWaits } from "./processor-waits.ts";

export interface LoopReport {
  /** By how much the timer came late at worst, less the time without a processor. */
  readonly blockedMs: number;
  /** The same with it. */
  readonly lateMs: number;
  /** How often the timer came. */
  readonly ticks: number;
}

const everyMs = 5;

export function loopInWords({ blockedMs, lateMs }: LoopReport): string {
  return `loop blocked for ${blockedMs.toFixed(1)} ms at worst (late by ${lateMs.toFixed(1)})`;
}

/** Watches for as long as the process lives. */
export class LoopWatch {
  readonly #waits = ProcessorWaits.open();
  #blockedMs = 0;
  #lateMs = 0;
  #ticks = 0;
  #lastAt = performance.now();
  #waitedMs = this.#waits?.ms() ?? 0;

  constructor() {
    setInterval(() => this.#tick(), everyMs).unref();
  }

  /** Since the last report. */
  report(): LoopReport {
    this.#tick();
    const report = { blockedMs: this.#blockedMs, lateMs: this.#lateMs, ticks: this.#ticks };
    this.#blockedMs = 0;
    this.#lateMs = 0;
    this.#ticks = 0;
    return report;
  }

  #tick(): void {
    const lateMs = performance.now() - this.#lastAt - everyMs;
    const waitedMs = this.#waits?.ms() ?? 0;
    const blockedMs = lateMs - (waitedMs - this.#waitedMs);
    this.#lateMs = Math.max(this.#lateMs, lateMs);
    this.#blockedMs = Math.max(this.#blockedMs, blockedMs);
    this.#ticks++;
    this.#waitedMs = waitedMs;
    // Only now: counting is this test's doing.
    this.#lastAt = performance.now();
  }
}
