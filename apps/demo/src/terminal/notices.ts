/** A logger that hands warnings to whoever shows them, and keeps those that nobody shows for later. */
import type { Logger } from "@attune/transport";

export class Notices implements Logger {
  readonly #kept: string[] = [];
  #show: ((message: string) => void) | undefined;

  /** While shown, a notice goes there only. */
  showWith(show: ((message: string) => void) | undefined): void {
    this.#show = show;
    if (show) for (const message of this.#kept.splice(0)) show(message);
  }

  debug(): void {}

  info(): void {}

  warn(message: string): void {
    if (this.#show) this.#show(message);
    else this.#kept.push(message);
  }

  error(message: string): void {
    this.warn(message);
  }
}
