/** An archiver reduced to what matters here: writes on and on, and after every failure asks where it stands. */
import { setTimeout as sleep } from "node:timers/promises";
import { cursorAt, rows } from "../../../src/conformance/rows.ts";
import type { ArchivePosition, Sink } from "../../../src/index.ts";

const perBatch = 50;

export class Archiving {
  /** How many rows are known to be kept: `row(0)` up to here. */
  kept = 0;
  /** Calls that were rejected. */
  failures = 0;
  /** Why, each once. */
  readonly reasons = new Set<string>();
  readonly #sink: Sink;
  readonly #ended: Promise<void>;
  #goesOn = true;

  constructor(sink: Sink) {
    this.#sink = sink;
    this.#ended = this.#run();
    this.#ended.catch(() => {}); // told by `end`
  }

  /** Writes what is begun, and says how many rows there must be. */
  async end(): Promise<number> {
    this.#goesOn = false;
    await this.#ended;
    return this.kept;
  }

  /** Waits until so many more rows are kept. */
  async more(count: number): Promise<void> {
    const wanted = this.kept + count;
    while (this.kept < wanted) await Promise.race([sleep(2), this.#ended]);
  }

  async #run(): Promise<void> {
    let { version } = await this.#position();
    while (this.#goesOn) {
      try {
        const next = this.kept + perBatch;
        const { outcome } = await this.#sink.write({
          archive: "archive",
          rows: rows(this.kept, next - 1),
          cursor: cursorAt(next),
          afterVersion: version,
        });
        if (outcome !== "written") throw new Error(`a batch was answered with ${outcome}`);
        version += 1;
        this.kept = next;
      } catch (error) {
        await this.#failed(error);
        ({ version } = await this.#position());
      }
    }
  }

  async #position(): Promise<ArchivePosition> {
    for (;;) {
      try {
        const position = await this.#sink.position("archive");
        const stored = position.cursor?.positions[0]?.ordinal ?? 0;
        if (stored < this.kept)
          throw new Error(`${this.kept} rows were kept, and now the position says ${stored}`);
        this.kept = stored;
        return position;
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  async #failed(error: unknown): Promise<void> {
    if ((error as { code?: string }).code !== "ATTUNE_SINK_UNAVAILABLE") throw error;
    this.failures += 1;
    this.reasons.add((error as Error).message);
    await sleep(5);
  }
}
