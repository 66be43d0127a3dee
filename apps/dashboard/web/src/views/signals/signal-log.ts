/** The newest signals that the page has, each once, oldest first: bounded. */
import type { SignalRecord } from "./signal-record.ts";

/** Above twice as many the older ones go. */
export const keptSignals = 2000;

export class SignalLog {
  #signals: SignalRecord[] = [];
  #ids = new Set<string>();

  get all(): readonly SignalRecord[] {
    return this.#signals;
  }

  /** Newer ones than those that are there. Answers those that are new. */
  add(signals: readonly SignalRecord[]): readonly SignalRecord[] {
    const added = this.#new(signals);
    if (added.length === 0) return added;
    this.#signals.push(...added);
    if (this.#signals.length > 2 * keptSignals) {
      this.#signals = this.#signals.slice(-keptSignals);
      this.#ids = new Set(this.#signals.map(({ signalId }) => signalId));
    }
    return added;
  }

  /** Whatever is missing of those of before, in any order. Answers those that are new. */
  addOlder(signals: readonly SignalRecord[]): readonly SignalRecord[] {
    const added = this.#new(signals);
    if (added.length > 0)
      this.#signals = [...this.#signals, ...added].sort((one, other) => one.at - other.at);
    return added;
  }

  /** What was left out of a signal is known now. It stays where it is. */
  complete(signalId: string, whole: SignalRecord): void {
    const at = this.#signals.findIndex((signal) => signal.signalId === signalId);
    if (at < 0) return;
    this.#ids.delete(signalId);
    if (this.#ids.has(whole.signalId)) {
      this.#signals.splice(at, 1);
      return;
    }
    this.#ids.add(whole.signalId);
    this.#signals[at] = whole;
  }

  #new(signals: readonly SignalRecord[]): SignalRecord[] {
    const added: SignalRecord[] = [];
    for (const signal of signals) {
      if (this.#ids.has(signal.signalId)) continue;
      this.#ids.add(signal.signalId);
      added.push(signal);
    }
    return added;
  }
}
