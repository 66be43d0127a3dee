/** How long this disk takes to sync a few bytes, while other things go on at it. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const everyMs = 20;

export class DiskWatch {
  readonly #watching: Promise<void>;
  #stopped = false;
  readonly #tookMs: number[] = [];

  constructor(folder: string) {
    this.#watching = this.#watch(join(folder, "probe"));
    onTestFinished(async () => void (await this.stop()));
  }

  /** Ends the watching, and answers how long it took in the median. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#watching;
    this.#tookMs.sort((one, other) => one - other);
    return this.#tookMs[Math.floor(this.#tookMs.length / 2)]!;
  }

  async #watch(path: string): Promise<void> {
    const file = await open(path, "w");
    const bytes = Buffer.alloc(4096);
    do {
      const startedAt = performance.now();
      await file.write(bytes, 0, bytes.length, 0);
      await file.sync();
      this.#tookMs.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    } while (!this.#stopped);
    await file.close();
  }
}
