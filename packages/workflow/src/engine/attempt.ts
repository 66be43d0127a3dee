/** One attempt at a stage. */
import { AttuneError, type Clock } from "@attune/transport";
import { type CheckedReturn, checkedReturn } from "./checked-return.ts";
import { runBounded } from "./run-bounded.ts";
import { type AttemptIdentity, invalidOutput, threw, timedOut } from "./stage-failure.ts";

export interface AttemptSetup {
  readonly identity: AttemptIdentity;
  readonly clock: Clock;
  /** How long it may go on after it was told to stop. */
  readonly graceMs: number;
  /** Tells it to stop; the reason is why. */
  readonly ending: AbortSignal;
  /** Runs the stage; `signal` aborts when it has to stop. */
  readonly work: (signal: AbortSignal) => unknown;
}

export type AttemptOutcome = { readonly tokensIn: number; readonly tokensOut: number } & (
  | { readonly kind: "returned"; readonly output: unknown }
  | { readonly kind: "failed"; readonly error: AttuneError }
  | { readonly kind: "stopped" }
);

/** Never rejects. */
export async function runAttempt(setup: AttemptSetup): Promise<AttemptOutcome> {
  const { identity, clock, graceMs, ending } = setup;
  let tokens = { tokensIn: 0, tokensOut: 0 };
  const bounded = await runBounded<CheckedReturn>({
    clock,
    timeoutMs: identity.stage.timeoutMs,
    graceMs,
    ending,
    timeoutReason: () => timedOut(identity),
    async work(signal) {
      let returned: unknown;
      try {
        returned = await setup.work(signal);
      } catch (error) {
        throw threw(identity, error);
      }
      return checkedReturn(returned, identity, (spent) => {
        tokens = spent;
      });
    },
  });
  switch (bounded.kind) {
    case "returned":
      return { kind: "returned", ...bounded.value };
    case "timed-out":
      return { kind: "failed", error: bounded.reason as AttuneError, ...tokens };
    case "stopped":
      return { kind: "stopped", ...tokens };
    case "threw": {
      const { error } = bounded;
      const ours = error instanceof AttuneError;
      return {
        kind: "failed",
        error: ours ? error : invalidOutput(identity, "returned what cannot be looked at.", error),
        ...tokens,
      };
    }
  }
}
