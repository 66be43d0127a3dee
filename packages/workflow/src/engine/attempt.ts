/** One attempt at a stage: it ends when the stage settles, its time is over, or it was told to stop, whichever is first. */
import { type AttuneError, type Clock, sleep } from "@attune/transport";
import { type CheckedReturn, checkedReturn, tokensOf } from "./checked-return.ts";
import { type StageIdentity, threw, timedOut } from "./stage-failure.ts";

export interface AttemptSetup {
  readonly identity: StageIdentity;
  /** From 1. */
  readonly attempt: number;
  readonly clock: Clock;
  /** How long it may go on after it was told to stop. */
  readonly graceMs: number;
  /** Tells it to stop; the reason is why. */
  readonly ending: AbortSignal;
  /** Runs the stage; `signal` aborts when it has to stop. */
  readonly work: (signal: AbortSignal) => unknown;
}

export type AttemptOutcome =
  | ({ readonly kind: "returned" } & CheckedReturn)
  | {
      readonly kind: "failed";
      readonly error: AttuneError;
      readonly tokensIn: number;
      readonly tokensOut: number;
    }
  | { readonly kind: "stopped"; readonly tokensIn: number; readonly tokensOut: number };

type Settled =
  | { readonly returned: CheckedReturn }
  | { readonly error: AttuneError; readonly tokens: Omit<CheckedReturn, "output"> };

const noTokens = { tokensIn: 0, tokensOut: 0 };

export async function runAttempt(setup: AttemptSetup): Promise<AttemptOutcome> {
  const { identity, attempt, clock, graceMs, ending } = setup;
  const { timeoutMs } = identity.stage;
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort(ending.reason);
  if (ending.aborted) stop();
  else ending.addEventListener("abort", stop, { once: true });
  let timeout: AttuneError | undefined;
  const expire = () => {
    timeout = timedOut(identity, attempt);
    controller.abort(timeout);
  };
  const timer = Number.isFinite(timeoutMs) ? clock.setTimer(expire, timeoutMs) : undefined;
  try {
    // Never rejects: also what settles after everybody has gone on is nobody's unhandled rejection.
    const settled = settle(setup, signal);
    const inTime = await firstOf(settled, signal);
    timer?.clear();
    // Its time may be over, or it may have been cancelled: it is given a moment to wind up.
    const late = inTime ? undefined : await within(settled, clock, graceMs);
    const end = inTime ?? late;
    const tokens = end === undefined ? noTokens : "error" in end ? end.tokens : end.returned;
    const { tokensIn, tokensOut } = tokens;
    if (timeout) return { kind: "failed", error: timeout, tokensIn, tokensOut };
    if (end && "returned" in end) return { kind: "returned", ...end.returned };
    if (ending.aborted || !end) return { kind: "stopped", tokensIn, tokensOut };
    return { kind: "failed", error: end.error, tokensIn, tokensOut };
  } finally {
    timer?.clear();
    ending.removeEventListener("abort", stop);
  }
}

async function settle({ work, identity, attempt }: AttemptSetup, signal: AbortSignal): Promise<Settled> {
  let returned: unknown;
  try {
    returned = await work(signal);
  } catch (error) {
    return { error: threw(identity, attempt, error), tokens: noTokens };
  }
  try {
    return { returned: await checkedReturn(returned, identity, attempt) };
  } catch (error) {
    return { error: error as AttuneError, tokens: tokensOf(returned) };
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
