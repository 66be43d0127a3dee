/** Closes the loop between what a stage gave and the tier that it is given: asks before, rates after. */
import type { Clock, Logger } from "@attune/transport";
import { type ModelTier, modelTiers } from "../model-tier.ts";
import type { TierPolicy } from "../tier-policy.ts";
import type { PlannedStage } from "../workflow-plan.ts";
import { runBounded } from "./run-bounded.ts";
import { wordsOf } from "./words-of.ts";

export interface TierLoopSetup {
  /** `undefined`: tiers stay as they are. */
  readonly policy: TierPolicy | undefined;
  readonly workflow: string;
  readonly runId: string;
  readonly agentId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The author's own judgement: 0 to 1, or `null`: none. */
  readonly quality: (stageName: string, output: unknown, tier: ModelTier) => unknown;
  /** What stages were last given, over all runs of the workflow. */
  readonly tiers: Map<string, ModelTier>;
}

/** Who does not know by then is not asked: the stage is waiting. */
const askMs = 5000;
/** A judgement may be the work of a model. */
const judgeMs = 60_000;

export class TierLoop {
  readonly #setup: TierLoopSetup;
  readonly #rating = new Set<Promise<void>>();
  #warned = false;

  constructor(setup: TierLoopSetup) {
    this.#setup = setup;
  }

  /** The tier of a stage, as it is recommended. Never rejects: without an answer it is the one that it had. */
  async choose({ name, tier }: PlannedStage, ending: AbortSignal): Promise<ModelTier> {
    const { policy, workflow, tiers } = this.#setup;
    if (!policy) return tier;
    const currentTier = tiers.get(name) ?? tier;
    const answer = await this.#bounded(askMs, ending, () =>
      policy.recommendTier({ workflowName: workflow, stageName: name, currentTier }),
    );
    const recommended = answer?.recommendedTier;
    const chosen = recommended && modelTiers.includes(recommended) ? recommended : currentTier;
    tiers.set(name, answer?.exploring ? currentTier : chosen);
    return chosen;
  }

  /** What a stage gave is judged by the author, and told to the policy; nobody waits but the end of the run. */
  rate(stageName: string, tier: ModelTier, output: unknown): void {
    const { policy, quality } = this.#setup;
    if (!policy) return;
    this.#background(async () => {
      const score = await this.#bounded(judgeMs, undefined, () => quality(stageName, output, tier));
      if (score === null || score === undefined) return;
      await this.#record(policy, stageName, tier, score as number);
    });
  }

  /** What a stage gave was not even of the form that it should have: as bad as can be. */
  rateInvalid(stageName: string, tier: ModelTier): void {
    const { policy } = this.#setup;
    if (policy) this.#background(() => this.#record(policy, stageName, tier, 0));
  }

  /** Resolves once all is rated. */
  async settled(): Promise<void> {
    while (this.#rating.size > 0) await Promise.all(this.#rating);
  }

  async #record(policy: TierPolicy, stageName: string, tier: ModelTier, qualityScore: number): Promise<void> {
    const { workflow, runId, agentId } = this.#setup;
    await this.#bounded(askMs, undefined, () =>
      policy.recordFeedback({
        workflowName: workflow,
        stageName,
        tier,
        qualityScore,
        metadata: { run_id: runId, agent_id: agentId },
      }),
    );
  }

  #background(work: () => Promise<void>): void {
    const rating = work();
    this.#rating.add(rating);
    void rating.then(() => this.#rating.delete(rating));
  }

  /** `undefined`: it failed, which is told once, or it took too long, or the stage has to stop. */
  async #bounded<T>(
    timeoutMs: number,
    ending: AbortSignal | undefined,
    work: () => T | Promise<T>,
  ): Promise<T | undefined> {
    const { clock } = this.#setup;
    const bounded = await runBounded<T>({
      clock,
      timeoutMs,
      graceMs: 0,
      ending: ending ?? new AbortController().signal,
      timeoutReason: () => new DOMException(`It was given ${timeoutMs} ms.`, "TimeoutError"),
      work,
    });
    if (bounded.kind === "returned") return bounded.value;
    if (bounded.kind === "stopped" || this.#warned) return undefined;
    this.#warned = true;
    const { workflow, runId, logger } = this.#setup;
    const why = bounded.kind === "timed-out" ? `it took longer than ${timeoutMs} ms` : wordsOf(bounded.error);
    logger.warn(
      `attune: Workflow: the tier policy of run ${JSON.stringify(runId)} of workflow ${JSON.stringify(workflow)} failed: ${why} It goes on with the tiers that it has.`,
    );
    return undefined;
  }
}
