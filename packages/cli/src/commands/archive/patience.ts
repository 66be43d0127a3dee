/** How long an archive that is to end by itself waits for a store or a sink that is away. */
import type { ArchiveStatus } from "@attune/archive";

export class Patience implements Disposable {
  readonly #ms: number;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** What it waited for last. */
  status: ArchiveStatus = "running";

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Aborts once it has waited for too long at a stretch. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  watch(status: ArchiveStatus): void {
    const waits = status === "waiting for the sink" || status === "waiting for the store";
    if (!waits) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined && Number.isFinite(this.#ms)) {
      this.#timer = setTimeout(() => this.#ending.abort(), this.#ms);
    }
    if (waits) this.status = status;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
