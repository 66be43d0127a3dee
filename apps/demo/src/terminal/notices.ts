/** A logger that hands warnings to whoever shows them, and keeps those that nobody shows for later. */
import type { Logger } from "@attune/transport";

const sameMs = 10_000;
/** Of an outage each component tells, and each agent has its own: how it noticed makes no difference. */
const outage = /^(attune: \w+: ).*?(Going on without it until it is back|is back)\.$/;

export class Notices implements Logger {
  readonly #kept: string[] = [];
  #show: ((message: string) => void) | undefined;
  /** When each thing was last said. */
  readonly #saidAt = new Map<string, number>();

  /** While shown, a notice goes there only. */
  showWith(show: ((message: string) => void) | undefined): void {
    this.#show = show;
    if (show) for (const message of this.#kept.splice(0)) show(message);
  }

  debug(): void {}

  info(): void {}

  /** Every agent has its own heartbeat and signals, and all of them say the same at once: said once, it is enough. */
  warn(message: string): void {
    const now = performance.now();
    const what = message.replace(outage, "$1$2");
    const saidAt = this.#saidAt.get(what);
    this.#saidAt.set(what, now);
    if (saidAt !== undefined && now - saidAt < sameMs) return;
    if (this.#show) this.#show(message);
    else this.#kept.push(message);
  }

  error(message: string): void {
    this.warn(message);
  }
}
