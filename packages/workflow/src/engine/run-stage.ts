/** One stage of a run: left out, or tried until it succeeds, has failed for good, or has to stop. */
import { type AttuneError, type Clock, checkJson, type Logger, sleep } from "@attune/transport";
import type { RunReport } from "../reporting/run-report.ts";
import type { PlannedStage } from "../workflow-plan.ts";
import type { StageResult, StageStatus } from "../workflow-result.ts";
import { type AttemptOutcome, runAttempt } from "./attempt.ts";
import type { StageContext, StageContextSetup } from "./stage-context.ts";
import { invalidOutput, type StageIdentity } from "./stage-failure.ts";

export interface StageSetup {
  readonly identity: StageIdentity;
  readonly input: unknown;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly graceMs: number;
  readonly report: RunReport;
  /** Tells the stage to stop; the reason is the error that says why. */
  readonly ending: AbortSignal;
  readonly contextFor: (attempt: number, facts: AttemptFacts) => StageContext;
  /** Runs the author's code. */
  readonly work: (context: StageContext) => unknown;
}

/** What of a context is the attempt's. */
export type AttemptFacts = Pick<StageContextSetup, "signal" | "onTokens">;

/** Never rejects. */
export async function runStage(setup: StageSetup): Promise<StageResult> {
  const run = new StageRun(setup);
  const result = await run.result();
  setup.report.stageEnded(result);
  return result;
}

interface Ending {
  readonly status: StageStatus;
  readonly output?: unknown;
  readonly error?: AttuneError;
  readonly skipReason?: string | null;
}

class StageRun {
  readonly #setup: StageSetup;
  readonly #stage: PlannedStage;
  readonly #startedAt: Date;
  readonly #start: number;
  #attempts = 0;
  #tokensIn = 0;
  #tokensOut = 0;

  constructor(setup: StageSetup) {
    this.#setup = setup;
    this.#stage = setup.identity.stage;
    this.#startedAt = new Date(setup.clock.now());
    this.#start = setup.clock.monotonic();
  }

  async result(): Promise<StageResult> {
    const { clock } = this.#setup;
    const { status, output = null, error = null, skipReason = null } = await this.#run();
    return {
      name: this.#stage.name,
      group: this.#stage.group,
      tier: this.#stage.tier,
      status,
      output,
      tokensIn: this.#tokensIn,
      tokensOut: this.#tokensOut,
      attempts: this.#attempts,
      skipReason,
      startedAt: this.#startedAt,
      completedAt: new Date(clock.now()),
      durationMs: clock.monotonic() - this.#start,
      error,
    };
  }

  async #run(): Promise<Ending> {
    const { skip } = this.#stage;
    if (skip) {
      const skipped = await this.#skips(skip);
      if (skipped) return skipped;
    }
    return this.#tryUntilDone();
  }

  /** `undefined`: it is to run. */
  async #skips(skip: NonNullable<PlannedStage["skip"]>): Promise<Ending | undefined> {
    const { input, identity } = this.#setup;
    // What decides is the author's code too: it may throw, and it may never settle.
    const outcome = await this.#attempt(async () => ({ output: (await skip(input)) ?? false }), {
      ...identity.stage,
      validate: undefined,
    });
    if (outcome.kind === "stopped") return this.#cancelled();
    if (outcome.kind === "failed") {
      const { error } = outcome;
      this.#setup.report.stageBegan(this.#stage, 1);
      return { status: "failed", error };
    }
    const { output } = outcome;
    if (output !== true && (typeof output !== "string" || output === "")) return undefined;
    const passedOn = input === undefined ? null : input;
    try {
      checkJson(passedOn);
    } catch (error) {
      const what = `is left out, and its input, which is not JSON, cannot be its output: ${(error as Error).message}`;
      return { status: "failed", error: invalidOutput(identity, 1, what, error) };
    }
    return { status: "skipped", output: passedOn, skipReason: output === true ? null : output };
  }

  async #tryUntilDone(): Promise<Ending> {
    const { report, ending } = this.#setup;
    const { retry } = this.#stage;
    for (;;) {
      if (ending.aborted) return this.#cancelled();
      this.#attempts++;
      report.stageBegan(this.#stage, this.#attempts);
      const outcome = await this.#tryOnce();
      this.#tokensIn += outcome.tokensIn;
      this.#tokensOut += outcome.tokensOut;
      if (outcome.kind === "returned") return { status: "completed", output: outcome.output };
      if (outcome.kind === "stopped") return this.#cancelled();
      const { error } = outcome;
      if (this.#attempts >= retry.attempts || ending.aborted || !(await this.#shouldRetry(error))) {
        return { status: "failed", error };
      }
      await this.#pause();
    }
  }

  #attempt(work: (signal: AbortSignal) => unknown, stage: PlannedStage): Promise<AttemptOutcome> {
    const { identity, clock, graceMs, ending } = this.#setup;
    return runAttempt({
      identity: { ...identity, stage },
      attempt: Math.max(1, this.#attempts),
      clock,
      graceMs,
      ending,
      work,
    });
  }

  async #tryOnce(): Promise<AttemptOutcome> {
    const { contextFor, work } = this.#setup;
    let context: StageContext | undefined;
    const onTokens: AttemptFacts["onTokens"] = ({ tokensIn, tokensOut }) => {
      this.#tokensIn += tokensIn;
      this.#tokensOut += tokensOut;
    };
    const outcome = await this.#attempt((signal) => {
      context = contextFor(this.#attempts, { signal, onTokens });
      return work(context);
    }, this.#stage);
    // Whatever the author's code still does, it does for nobody.
    context?.end();
    return outcome;
  }

  /** Asked for the error as the stage threw it. Its own error is told, and counts as "no". */
  async #shouldRetry(error: AttuneError): Promise<boolean> {
    const { logger } = this.#setup;
    const asked = error.code === "ATTUNE_STAGE_FAILED" ? error.cause : error;
    try {
      return await this.#stage.retry.shouldRetry(asked, this.#attempts);
    } catch (failure) {
      logger.error(
        `attune: shouldRetry of stage ${JSON.stringify(this.#stage.name)} failed: ${String(failure)}`,
      );
      return false;
    }
  }

  /** Ends at once when the stage has to stop. */
  async #pause(): Promise<void> {
    const { clock, ending } = this.#setup;
    const { backoffMs, factor } = this.#stage.retry;
    const ms = Math.min(maxBackoffMs, backoffMs * factor ** (this.#attempts - 1));
    if (ms > 0) await sleep(clock, ms, { signal: ending });
  }

  #cancelled(): Ending {
    return { status: "cancelled", error: this.#setup.ending.reason as AttuneError };
  }
}

const maxBackoffMs = 3_600_000;
