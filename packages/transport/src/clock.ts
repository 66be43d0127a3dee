/** Time as an injectable, so that tests need no real sleeps. */

export interface Timer {
  clear(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970. For timestamps only. */
  now(): number;
  /** Milliseconds that never go back. For durations and deadlines. */
  monotonic(): number;
  /** Calls `callback` once after `ms`. `background` timers never keep the process alive. */
  setTimer(callback: () => void, ms: number, options?: { readonly background?: boolean }): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, ms, options) {
    const timer = setTimeout(callback, ms);
    if (options?.background) timer.unref();
    return { clear: () => clearTimeout(timer) };
  },
};

export interface SleepOptions {
  /** Ends the sleep early. */
  readonly signal?: AbortSignal | undefined;
  /** Does not keep the process alive. */
  readonly background?: boolean;
}

/** Resolves after `ms`, or at once when the signal aborts. Never rejects: the caller looks at the signal. */
export function sleep(
  clock: Clock,
  ms: number,
  { signal, background = false }: SleepOptions = {},
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.clear();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.setTimer(done, ms, { background });
    signal?.addEventListener("abort", done, { once: true });
  });
}
