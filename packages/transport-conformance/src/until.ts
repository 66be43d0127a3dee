/** Waiting for a condition of a store by looking again and again, and for time that the store itself has to measure. */
import { setTimeout as pause } from "node:timers/promises";

/** Looks until `look` finds something (`undefined` and `false` are nothing), and gives it. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  ms = 8000,
): Promise<T> {
  const endsAt = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endsAt) throw new Error(`Within ${ms} ms this did not happen: ${what}.`);
    await pause(3);
  }
}

/** What a store's clock may be off against this process's over so short a time, rounding included. */
const clockSlackMs = 15;

/** Resolves when so much time has passed since `startedAt` on any clock. */
export async function untilPassed(startedAt: number, ms: number): Promise<void> {
  const endsAt = startedAt + ms + clockSlackMs;
  for (let left = endsAt - performance.now(); left > 0; left = endsAt - performance.now()) await pause(left);
}

/** At least so much time has to have passed by now: nothing was over too early. */
export function hasPassed(startedAt: number, ms: number): boolean {
  return performance.now() - startedAt >= ms - clockSlackMs;
}
