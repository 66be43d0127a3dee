/** Waits for a condition, with a limit that a busy machine does not reach. */
import { setTimeout as pause } from "node:timers/promises";

const limitMs = 15_000;

/** Looks until `look` finds something (`undefined` and `false` are nothing), and gives it. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const endsAt = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endsAt) throw new Error(`Within ${limitMs} ms this did not happen: ${what}.`);
    await pause(5);
  }
}
