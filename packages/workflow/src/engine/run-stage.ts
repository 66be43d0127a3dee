/** One stage of a run: left out, or tried until it succeeds, has failed for good, or has to stop. */
import { setImmediate } from "node:timers";
import type { ApprovalResponse } from "@attune/approvals";
import { type AttuneError, type Clock, checkJson, type Logger, sleep } from "@attune/transport";
import { modelTiers } from "../model-tier.ts";
import type { RunReport } from "../reporting/run-report.ts";
import type { PlannedStage } from "../workflow-plan.ts";
import type { StageResult, StageStatus, TierUse } from "../workflow-result.ts";
import { type AttemptOutcome, runAttempt } from "./attempt.ts";
import { type Bounded, runBounded } from "./run-bounded.ts";
import type { StageContext, StageContextSetup } from "./stage-context.ts";
import { type AttemptIdentity, invalidOutput, notApproved, threw, timedOut } from "./stage-failure.ts";
import type { TierLoop } from "./tier-loop.ts";
import { wordsOf } from "./words-of.ts";

export interface StageSetup {
  readonly identity: Omit<AttemptIdentity, "attempt">;
  readonly input: unknown;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly graceMs: number;
  readonly report: RunReport;
  /** Tells the stage to stop; the reason is the error that says why. */
  readonly ending: AbortSignal;
  readonly contextFor: (facts: AttemptFacts) => StageContext;
  /** Runs the author's code. */
  readonly work: (input: unknown, context: StageContext) => unknown;
  /** Asks for approval of a stage that needs it; `signal` takes the request back. */
  readonly approve: (context: unknown, signal: AbortSignal) => Promise<ApprovalResponse>;
  readonly tierLoop: TierLoop;
}

/** What of a context is the attempt's. */
export type AttemptFacts = Pick<StageContextSetup, "attempt" | "tier" | "signal" | "onTokens" | "onProgress">;

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
  /** At the tier of the present attempt. */
  #stage: PlannedStage;
  #input: unknown;
  readonly #tiers: TierUse[] = [];
  readonly #startedAt: Date;
  readonly #start: number;
  #attempts = 0;
  /** Of attempts that have ended. */
  #tokensIn = 0;
  #tokensOut = 0;

  constructor(setup: StageSetup) {
    this.#setup = setup;
    this.#stage = setup.identity.stage;
    this.#input = setup.input;
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
      tiers: this.#tiers,
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
    const { tierLoop, ending } = this.#setup;
    this.#stage = { ...this.#stage, tier: await tierLoop.choose(this.#stage, ending) };
    return (await this.#unapproved()) ?? (await this.#tryUntilFit());
  }

  /** `undefined`: it is to run. */
  async #skips(skip: NonNullable<PlannedStage["skip"]>): Promise<Ending | undefined> {
    const { input, ending, report } = this.#setup;
    const skipped = await this.#ask(() => skip(input));
    if (skipped.kind === "stopped" || ending.aborted) return this.#cancelled();
    if (skipped.kind === "returned") {
      const { value } = skipped;
      if (value === false || value === undefined || value === "") return undefined;
      if (value === true || typeof value === "string") return this.#leftOut(value === true ? null : value);
    }
    const error = this.#failureOf(skipped);
    report.stageBegan(this.#stage, 1);
    return { status: "failed", error };
  }

  #leftOut(skipReason: string | null): Ending {
    const { input, report } = this.#setup;
    const output = input === undefined ? null : input;
    try {
      checkJson(output);
      return { status: "skipped", output, skipReason };
    } catch (error) {
      report.stageBegan(this.#stage, 1);
      const what = `is left out, and its input cannot be its output: ${wordsOf(error)}`;
      return { status: "failed", error: invalidOutput(this.#identity, what, error) };
    }
  }

  /** `undefined`: it needs no approval, or has it. */
  async #unapproved(): Promise<Ending | undefined> {
    const { approval } = this.#stage;
    const { ending, report, approve } = this.#setup;
    if (!approval) return undefined;
    if (ending.aborted) return this.#cancelled();
    report.stageWaits(this.#stage);
    try {
      const context = approval.context ? approval.context(this.#input) : this.#input;
      const response = await approve(context === undefined ? null : context, ending);
      if (ending.aborted) return this.#cancelled();
      if (!response.approved) return { status: "failed", error: notApproved(this.#identity, response) };
      if (response.edited) this.#input = response.context;
      return undefined;
    } catch (error) {
      // What is to be approved could not be said, or is no JSON.
      return { status: "failed", error: threw(this.#identity, error) };
    }
  }

  /** At one tier after the other, until it is done, or has failed for good. */
  async #tryUntilFit(): Promise<Ending> {
    for (;;) {
      const { clock } = this.#setup;
      const [attempts, tokensIn, tokensOut, start] = [
        this.#attempts,
        this.#tokensIn,
        this.#tokensOut,
        clock.monotonic(),
      ];
      const ended = await this.#tryUntilDone(attempts);
      const { tier, tierFallback } = this.#stage;
      this.#tiers.push({
        tier,
        attempts: this.#attempts - attempts,
        tokensIn: this.#tokensIn - tokensIn,
        tokensOut: this.#tokensOut - tokensOut,
        durationMs: clock.monotonic() - start,
      });
      const higher = modelTiers[modelTiers.indexOf(tier) + 1];
      if (ended.status !== "failed" || !tierFallback || !higher || this.#setup.ending.aborted) return ended;
      this.#stage = { ...this.#stage, tier: higher };
    }
  }

  /** `before`: attempts at lower tiers. */
  async #tryUntilDone(before: number): Promise<Ending> {
    const { report, ending, tierLoop } = this.#setup;
    const { retry, name, tier } = this.#stage;
    for (;;) {
      if (ending.aborted) return this.#cancelled();
      report.stageBegan(this.#stage, this.#attempts + 1);
      // A stage may block this thread: what there is to tell goes out first, and whoever wants to cancel is heard.
      await nextTurn();
      if (ending.aborted) return this.#cancelled();
      this.#attempts++;
      const outcome = await this.#tryOnce();
      this.#tokensIn += outcome.tokensIn;
      this.#tokensOut += outcome.tokensOut;
      if (outcome.kind === "returned") {
        tierLoop.rate(name, tier, outcome.output);
        return { status: "completed", output: outcome.output };
      }
      if (outcome.kind === "stopped") return this.#cancelled();
      const { error } = outcome;
      if (error.code === "ATTUNE_STAGE_OUTPUT_INVALID") tierLoop.rateInvalid(name, tier);
      if (this.#attempts - before >= retry.attempts || ending.aborted) return { status: "failed", error };
      if (!(await this.#shouldRetry(error))) {
        return ending.aborted ? this.#cancelled() : { status: "failed", error };
      }
      await this.#pause(this.#attempts - before);
    }
  }

  async #tryOnce(): Promise<AttemptOutcome> {
    const { contextFor, work, clock, graceMs, ending, report } = this.#setup;
    const stage = this.#stage;
    let context: StageContext | undefined;
    const onTokens: AttemptFacts["onTokens"] = ({ tokensIn, tokensOut }) => {
      this.#tokensIn += tokensIn;
      this.#tokensOut += tokensOut;
    };
    const outcome = await runAttempt({
      identity: this.#identity,
      clock,
      graceMs,
      ending,
      work: (signal) => {
        context = contextFor({
          attempt: this.#attempts,
          tier: stage.tier,
          signal,
          onTokens,
          onProgress: (fraction, task) => report.stageProgressed(stage, fraction, task),
        });
        return work(this.#input, context);
      },
    });
    // Whatever the author's code still does, it does for nobody.
    context?.end();
    return outcome;
  }

  /** Asked for the error as the stage threw it. What goes wrong with the question is told, and counts as "no". */
  async #shouldRetry(error: AttuneError): Promise<boolean> {
    const asked = error.code === "ATTUNE_STAGE_FAILED" ? error.cause : error;
    const answer = await this.#ask(() => this.#stage.retry.shouldRetry(asked, this.#attempts));
    if (answer.kind === "returned") return Boolean(answer.value);
    if (answer.kind !== "stopped") {
      const why = answer.kind === "timed-out" ? "did not settle in time" : `failed: ${wordsOf(answer.error)}`;
      this.#setup.logger.error(`attune: shouldRetry of stage ${JSON.stringify(this.#stage.name)} ${why}`);
    }
    return false;
  }

  /** A question to the author's code, which may throw, and may never settle, as a stage may. */
  #ask(question: () => unknown): Promise<Bounded<unknown>> {
    const { clock, graceMs, ending } = this.#setup;
    const { timeoutMs } = this.#stage;
    const timeoutReason = () => timedOut(this.#identity);
    return runBounded({ clock, timeoutMs, graceMs, ending, timeoutReason, work: question });
  }

  #failureOf(skipped: Exclude<Bounded<unknown>, { readonly kind: "stopped" }>): AttuneError {
    if (skipped.kind === "timed-out") return skipped.reason as AttuneError;
    if (skipped.kind === "threw") return threw(this.#identity, skipped.error);
    return threw(this.#identity, new TypeError("skip must give true, false, or why: a text."));
  }

  get #identity(): AttemptIdentity {
    return { ...this.#setup.identity, stage: this.#stage, attempt: Math.max(1, this.#attempts) };
  }

  /** Ends at once when the stage has to stop. */
  async #pause(attempts: number): Promise<void> {
    const { clock, ending } = this.#setup;
    const { backoffMs, factor } = this.#stage.retry;
    const ms = Math.min(maxBackoffMs, backoffMs * factor ** (attempts - 1));
    if (ms > 0) await sleep(clock, ms, { signal: ending });
  }

  #cancelled(): Ending {
    return { status: "cancelled", error: this.#setup.ending.reason as AttuneError };
  }
}

const maxBackoffMs = 3_600_000;

/** Node's own, whatever a test puts in its place later. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
