/** Keeps count of signals sent and taken, so that a fault test ends with numbers. */
import type { CoordinationSignal } from "@attune/signals";

export interface Counts {
  /** Known to be stored: their ids were given. */
  readonly sent: number;
  /** Those for which the answer was `""`; they may be stored all the same. */
  readonly unknown: number;
  readonly taken: number;
  /** Known to be stored, never taken. */
  readonly lost: number;
  /** Taken more than once. */
  readonly doubled: number;
}

export class Ledger {
  readonly #sent = new Set<string>();
  readonly #taken: string[] = [];
  #unknown = 0;

  noteSent(signalId: string): void {
    if (signalId === "") this.#unknown++;
    else this.#sent.add(signalId);
  }

  noteTaken(signal: Pick<CoordinationSignal, "signalId">): void {
    this.#taken.push(signal.signalId);
  }

  counts(): Counts {
    const taken = new Set(this.#taken);
    let lost = 0;
    for (const signalId of this.#sent) if (!taken.has(signalId)) lost++;
    return {
      sent: this.#sent.size,
      unknown: this.#unknown,
      taken: this.#taken.length,
      lost,
      doubled: this.#taken.length - taken.size,
    };
  }
}
