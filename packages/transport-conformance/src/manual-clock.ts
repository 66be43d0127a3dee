/** A clock that stands still until a test moves it: durations and deadlines are tested without waiting for them. */
import type { Clock } from "@attune/transport";

export interface ManualClock extends Clock {
  /**
   * Moves the time on by `ms` and runs the timers that come due, in the order of their times. After each timer it lets
   * pending promises go on first, over a few turns of the event loop, so that a timer that these set within the same span runs too.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are set: 0 when nothing was left behind. */
  readonly pendingTimers: number;
}

interface PendingTimer {
  readonly at: number;
  readonly callback: () => void;
}

/** Starts at `startMs` (milliseconds since 1970; default 2026-01-01); `monotonic()` starts at 0. */
export function manualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0;
  const timers = new Set<PendingTimer>();

  // The first in time; among equals the first set, since a set keeps the order of insertion.
  const nextTimer = (until: number): PendingTimer | undefined => {
    let next: PendingTimer | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  };

  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    setTimer(callback, ms) {
      const timer = { at: elapsed + Math.max(0, ms), callback };
      timers.add(timer);
      return { clear: () => timers.delete(timer) };
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settlePromises();
      for (let timer = nextTimer(until); timer; timer = nextTimer(until)) {
        timers.delete(timer);
        elapsed = timer.at;
        timer.callback();
        await settlePromises();
      }
      elapsed = until;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

/** Some things wait for a turn of the event loop themselves, and then for promises: a few in a row. */
const turns = 3;

/** Everything that only waits for other promises runs before the next turn of the event loop. */
async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
