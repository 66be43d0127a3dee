/** The one way to wait: look, sleep until rung, look again. */
import type { Clock } from "./clock.ts";
import type { Bell, Topic } from "./contract/bell.ts";

export interface WaitRequest<T> {
  readonly bell: Bell;
  readonly topics: readonly Topic[];
  readonly clock: Clock;
  /** Looks once. `undefined`: nothing there yet. May consume: what it returns is always handed to the caller. */
  readonly look: () => Promise<T | undefined>;
  /** How long to wait at most; 0 looks exactly once. */
  readonly timeoutMs: number;
  /**
   * The bell may be missed: look again after so long in any case. Default: between 750 and 1000, and longer where many
   * wait on one bell, so that all of them together look at most about 200 times a second.
   */
  readonly safetyMs?: number;
  /** Ends the waiting early. A look that is under way settles first and its result counts. */
  readonly signal?: AbortSignal | undefined;
  /** Waiting does not keep the process alive. Default false. */
  readonly background?: boolean;
}

/** How many wait on a bell now. */
const waiting = new WeakMap<Bell, number>();

/** What began to wait together must not look together again and again: hence the chance in it. */
function safetyInterval(bell: Bell): number {
  return Math.max(1000, waiting.get(bell)! * 5) * (0.75 + Math.random() / 4);
}

/**
 * Resolves with what `look` found, or `undefined` after the timeout or an abort. Never both consumes and reports
 * nothing: a look under way always settles before this returns.
 */
export async function waitFor<T>(request: WaitRequest<T>): Promise<T | undefined> {
  const { bell, topics, clock, look, timeoutMs, safetyMs, signal, background = false } = request;
  const deadline = clock.monotonic() + timeoutMs;
  let rung = false;
  let wake: (() => void) | undefined;
  // Watching starts before the first look, so that a change between the two still rings.
  const watch = bell.watch(topics, () => {
    rung = true;
    wake?.();
  });
  waiting.set(bell, (waiting.get(bell) ?? 0) + 1);
  // A bell that cannot be heard only costs time: the safety interval goes on. Looking reports the outage itself.
  watch.ready.catch(() => {});
  const end = () => wake?.();
  signal?.addEventListener("abort", end);
  try {
    for (;;) {
      if (signal?.aborted) return undefined;
      rung = false;
      const found = await look();
      if (found !== undefined) return found;
      const left = deadline - clock.monotonic();
      if (left <= 0 || signal?.aborted) return undefined;
      if (rung) continue;
      const ms = Math.min(left, safetyMs ?? safetyInterval(bell));
      // Thousands wait at once: no more than a timer and a function for each.
      await new Promise<void>((resolve) => {
        const timer = clock.setTimer(resolve, ms, { background });
        wake = () => {
          timer.clear();
          resolve();
        };
      });
      wake = undefined;
    }
  } finally {
    signal?.removeEventListener("abort", end);
    watch.close();
    waiting.set(bell, waiting.get(bell)! - 1);
  }
}
