/** Counts calls: how long each took at worst, what became of them, and which errors came out. */
import { AttuneError } from "@attune/transport";

export interface Calls {
  readonly calls: number;
  readonly failed: number;
  readonly longestMs: number;
}

export class CallCounter {
  readonly #byName = new Map<string, Calls>();
  readonly #errors = new Set<string>();
  readonly #underWay = new Set<Promise<boolean>>();

  /** Begins a call, counted under each of the names. Resolves with whether it succeeded. */
  count(names: readonly string[], call: () => Promise<unknown>): Promise<boolean> {
    const startedAt = performance.now();
    const note = (succeeded: boolean) => {
      const ms = performance.now() - startedAt;
      for (const name of names) {
        const { calls, failed, longestMs } = this.#byName.get(name) ?? { calls: 0, failed: 0, longestMs: 0 };
        this.#byName.set(name, {
          calls: calls + 1,
          failed: failed + Number(!succeeded),
          longestMs: Math.max(longestMs, ms),
        });
      }
      return succeeded;
    };
    const running = call().then(
      () => note(true),
      (error: unknown) => {
        this.#errors.add(textOf(error));
        return note(false);
      },
    );
    this.#underWay.add(running);
    void running.finally(() => this.#underWay.delete(running));
    return running;
  }

  /** Waits until every call has settled. */
  async allSettled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  get calls(): Readonly<Record<string, Calls>> {
    return Object.fromEntries(this.#byName);
  }

  /** Each once. */
  get errors(): readonly string[] {
    return [...this.#errors];
  }
}

/** What a caller sees of it: its code and its message, which differs only in how long. */
function textOf(error: unknown): string {
  const code = error instanceof AttuneError ? error.code : "not of @attune";
  return `${code}: ${String(error).replace(/\d+ ms/, "N ms")}`;
}
