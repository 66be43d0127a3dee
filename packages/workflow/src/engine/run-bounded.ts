/** Runs the author's code until it settles, its time is over, or it has to stop, whichever comes first. */
import { type Clock, sleep } from "@attune/transport";

export interface BoundedWork<T> {
  readonly clock: Clock;
  /** `Infinity`: no limit. */
  readonly timeoutMs: number;
  /** How long it may go on after it was told to stop. */
  readonly graceMs: number;
  /** Tells it to stop; the reason is why. */
  readonly ending: AbortSignal;
  /** Why it has to stop when its time is over. */
  readonly timeoutReason: () => unknown;
  /** `signal` aborts when it has to stop. */
  readonly work: (signal: AbortSignal) => T | Promise<T>;
}

export type Bounded<T> =
  /** Also after it was told to stop, within the grace. */
  | { readonly kind: "returned"; readonly value: T }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "timed-out"; readonly reason: unknown }
  /** It was told to stop, and gave nothing. */
  | { readonly kind: "stopped" };

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** The longest time that a timer can have. */
export const maxTimerMs = 2 ** 31 - 1;

/** Never rejects: also what settles after everybody has gone on is nobody's unhandled rejection. */
export async function runBounded<T>(bounded: BoundedWork<T>): Promise<Bounded<T>> {
  const { clock, timeoutMs, graceMs, ending, timeoutReason, work } = bounded;
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort(ending.reason);
  if (ending.aborted) stop();
  else ending.addEventListener("abort", stop, { once: true });
  let timedOut = false;
  const expire = () => {
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    timedOut = true;
    controller.abort(timeoutReason());
  };
  // Without a limit it is there as well: who waits for a run wants its process to live.
  const timer = clock.setTimer(expire, Math.min(timeoutMs, maxTimerMs));
  try {
    const settled = settle(work, signal);
    const inTime = await firstOf(settled, signal);
    timer.clear();
    const end = inTime ?? (await within(settled, clock, graceMs));
    if (timedOut) return { kind: "timed-out", reason: signal.reason };
    if (end?.ok) return { kind: "returned", value: end.value };
    if (ending.aborted || !end) return { kind: "stopped" };
    return { kind: "threw", error: end.error };
  } finally {
    timer.clear();
    ending.removeEventListener("abort", stop);
  }
}

async function settle<T>(work: BoundedWork<T>["work"], signal: AbortSignal): Promise<Settled<T>> {
  try {
    return { ok: true, value: await work(signal) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** `undefined`: the signal aborted first. */
function firstOf<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const stopped = () => resolve(undefined);
    signal.addEventListener("abort", stopped, { once: true });
    void promise.then((value) => {
      signal.removeEventListener("abort", stopped);
      resolve(value);
    });
  });
}

/** `undefined`: not within so long. */
async function within<T>(promise: Promise<T>, clock: Clock, ms: number): Promise<T | undefined> {
  const settled = new AbortController();
  let value: T | undefined;
  void promise.then((result) => {
    value = result;
    settled.abort();
  });
  await sleep(clock, ms, { signal: settled.signal });
  return value;
}
