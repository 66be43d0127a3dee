/** A sink in memory that is slow, away, refusing or lossy as a test likes, and counts what it is asked. */
import type { AttuneError } from "@attune/transport";
import { MemorySink, MemoryStore } from "../../src/conformance/index.ts";
import type { ArchivePosition, ArchiveRow, SinkBatch, WriteOutcome } from "../../src/sink.ts";
import { sinkUnavailable } from "../../src/sink-errors.ts";

export class ScriptedSink extends MemorySink {
  readonly store: MemoryStore;
  /** Every call rejects with it. */
  failure: AttuneError | undefined;
  /** The next writes are carried out, and their answers lost. */
  lostAnswers = 0;
  /** Rows that it cannot hold. */
  refuses: (row: ArchiveRow) => boolean = () => false;
  /** Writes of rows wait for it. */
  gate: Promise<void> = Promise.resolve();
  readonly writes: SinkBatch[] = [];
  writing = 0;
  mostAtOnce = 0;

  constructor(store = new MemoryStore()) {
    super(store);
    this.store = store;
  }

  override async open(): Promise<void> {
    this.#fail();
    return super.open();
  }

  override async position(archive: string): Promise<ArchivePosition> {
    this.#fail();
    return super.position(archive);
  }

  override async write(batch: SinkBatch): Promise<WriteOutcome> {
    this.writing++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.writing);
    try {
      if (batch.rows.length > 0) await this.gate;
      this.#fail();
      const refusals = [...batch.rows.entries()]
        .filter(([, row]) => this.refuses(row))
        .map(([index]) => ({ index, reason: "it is odd" }));
      if (refusals.length > 0) return { outcome: "refused", refusals };
      const outcome = await super.write(batch);
      if (outcome.outcome === "written") this.writes.push(batch);
      if (this.lostAnswers > 0) {
        this.lostAnswers--;
        throw sinkUnavailable("The answer was lost");
      }
      return outcome;
    } finally {
      this.writing--;
    }
  }

  get rows(): ArchiveRow[] {
    return [...this.store.rows.values()];
  }

  #fail(): void {
    if (this.failure) throw this.failure;
  }
}
