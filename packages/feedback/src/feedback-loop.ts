/** `FeedbackLoop`: rate what a tier of models gave, and learn which tier is good enough. */
import { Degradation, type Logger, type Transport, TransportUse } from "@attune/transport";
import {
  type CheckedOptions,
  checkLimit,
  checkMetadata,
  checkOptions,
  checkRated,
  checkShare,
  checkStage,
  checkTier,
  type Feedback,
  type FeedbackLoopOptions,
  type FeedbackMetadata,
  type HistorySelector,
  type RatedSelector,
  type TierSelector,
} from "./feedback-options.ts";
import { mergedBlocks } from "./quality-blocks.ts";
import { type QualityStats, statsOf } from "./quality-stats.ts";
import { RatingCounts } from "./rating-counts.ts";
import { type FeedbackEntry, feedbackIdOf, toData } from "./rating-entry.ts";
import { newestRatings } from "./rating-history.ts";
import { RatingRecorder } from "./rating-recorder.ts";
import { minSamples, poor, recommendationFor, staying, type TierRecommendation } from "./recommend-tier.ts";
import { changesOf, isKnown, ratingsSince, rememberChange, type TierChanges } from "./tier-changes.ts";
import { modelTiers, type RatedStage, type StageSelector, type Tier } from "./tiers.ts";

const component = "FeedbackLoop";
/** How often a recommendation is made anew where others changed the tier meanwhile. */
const attempts = 3;

/** A stage at a tier, with what is known of its quality there. */
export interface StageQuality extends RatedStage {
  readonly stats: QualityStats;
}

/** What there is once there is a transport. */
interface Opened {
  readonly transport: Transport;
  readonly degradation: Degradation;
  readonly counts: RatingCounts;
  readonly recorder: RatingRecorder;
}

/**
 * Ratings of stages at tiers, and what follows from them. While the store is away recording gives `""`, statistics `null`, lists
 * are empty, and the current tier is recommended with confidence 0, with one warning per outage (with `onUnavailable: "throw"`:
 * `ATTUNE_TRANSPORT_UNAVAILABLE`). Every call rejects bad arguments with `ATTUNE_ARGUMENT_INVALID` before anything is
 * sent, and with `ATTUNE_TRANSPORT_CLOSED` after `close()`.
 */
export class FeedbackLoop implements AsyncDisposable {
  readonly #logger: Logger | undefined;
  readonly #options: CheckedOptions;
  readonly #use: TransportUse<Opened>;
  #closing: Promise<void> | undefined;

  /** Throws `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds. */
  constructor(options: FeedbackLoopOptions = {}) {
    this.#options = checkOptions(options);
    this.#logger = options.logger;
    this.#use = new TransportUse({
      who: "This FeedbackLoop",
      transport: options.transport,
      on: (given) => this.#on(given),
    });
  }

  /**
   * Records a rating. Resolves with its id: it is stored, once. Resolves with `""` when it is not known to be stored. Waits where
   * more are recorded at once than can be counted.
   *
   * Rejects before anything is sent with `ATTUNE_ARGUMENT_INVALID`, and with `ATTUNE_PAYLOAD_NOT_JSON`,
   * `ATTUNE_PAYLOAD_TOO_LARGE` or `ATTUNE_PAYLOAD_TOO_DEEP` for its metadata.
   */
  async recordFeedback<Given extends object = FeedbackMetadata>(feedback: Feedback<Given>): Promise<string> {
    const stage = { ...checkStage(feedback), tier: checkTier("tier", feedback.tier) };
    const score = checkShare("qualityScore", feedback.qualityScore);
    const data = toData(stage, score, checkMetadata(feedback.metadata));
    return this.#use.run(async ({ recorder }) => {
      const id = await recorder.record(stage, data);
      return id === "" ? "" : feedbackIdOf(stage, id);
    });
  }

  /** Exactly the newest `limit` ratings, newest first: those of all tiers together where `tier` is left out. */
  async getFeedbackHistory(selector: HistorySelector): Promise<FeedbackEntry[]> {
    const stages = checkRated(selector);
    const limit = checkLimit(selector.limit ?? 100);
    return this.#use.run(({ transport, degradation }) =>
      degradation.attempt(() => newestRatings(transport, stages, limit, this.#since(transport)), []),
    );
  }

  /** Of all the ratings that are not too old, of all tiers where `tier` is left out. `null`: there are none. */
  async getQualityStats(selector: RatedSelector): Promise<QualityStats | null> {
    const stages = checkRated(selector);
    return this.#use.run(({ counts, degradation }) =>
      degradation.attempt(async () => {
        const counted = await counts.of(stages);
        return statsOf(mergedBlocks(counted.map(({ blocks }) => blocks)));
      }, null),
    );
  }

  /** Every stage at every tier that has ratings which are not too old, by name, the cheapest tier first. */
  async getRatedStages(): Promise<StageQuality[]> {
    return this.#use.run((opened) =>
      opened.degradation.attempt(
        async () => (await ratedStages(opened, () => true)).sort(byName),
        [] as StageQuality[],
      ),
    );
  }

  /**
   * Which tier a stage is to be run at next, and why. Once another tier than the current one was recommended and is the current one,
   * the next change waits for 10 ratings of it. With `exploring` the recommended tier is to be tried out this once.
   */
  async recommendTier(selector: TierSelector): Promise<TierRecommendation> {
    const stage = checkStage(selector);
    const currentTier = checkTier("currentTier", selector.currentTier);
    return this.#use.run(({ transport, counts, degradation }) =>
      degradation.attempt(
        () => this.#recommend(transport, counts, stage, currentTier),
        staying(currentTier, "the store could not be reached", null),
      ),
    );
  }

  /**
   * What `recommendTier` would recommend now, for who only looks, in a dashboard say: it never explores, and nothing is remembered,
   * so that the next change does not wait for a tier that nobody has taken up.
   */
  async previewTier(selector: TierSelector): Promise<TierRecommendation> {
    const stage = checkStage(selector);
    const currentTier = checkTier("currentTier", selector.currentTier);
    return this.#use.run(({ transport, counts, degradation }) =>
      degradation.attempt(
        async () => (await assess(transport, counts, { ...stage, currentTier }, false)).recommendation,
        staying(currentTier, "the store could not be reached", null),
      ),
    );
  }

  /**
   * The stages whose average quality at a tier is below `threshold` (0 to 1), the worst first. Only those with at least 10 ratings:
   * fewer say too little, and `recommendTier` does not act on them either.
   */
  async getUnderperformingStages(threshold: number = poor): Promise<StageQuality[]> {
    checkShare("threshold", threshold);
    return this.#use.run((opened) =>
      opened.degradation.attempt(async () => {
        const poorOnes = await ratedStages(
          opened,
          ({ sampleCount, averageQuality }) => sampleCount >= minSamples && averageQuality < threshold,
        );
        return poorOnes.sort((one, other) => one.stats.averageQuality - other.stats.averageQuality);
      }, []),
    );
  }

  /** Resolves once everything under way is done. The transport stays open. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#use.end();
    await this.#use.settled();
    await this.#use.opened?.recorder.settled();
  }

  async #recommend(
    transport: Transport,
    counts: RatingCounts,
    stage: StageSelector,
    currentTier: Tier,
  ): Promise<TierRecommendation> {
    const { random, explorationRate, retentionMs } = this.#options;
    const explores = explorationRate > 0 && random() < explorationRate;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { recommendation, changes, totalOf } = await assess(
        transport,
        counts,
        { ...stage, currentTier },
        explores,
      );
      const { recommendedTier: to, exploring } = recommendation;
      if (to === currentTier || exploring || isKnown(changes, currentTier, to)) return recommendation;
      const change = { to, total: totalOf(to) };
      if (await rememberChange(transport, stage, changes, change, retentionMs)) return recommendation;
    }
    return staying(currentTier, "others are changing the tier just now", null);
  }

  #since({ clock }: Transport): number {
    return clock.now() - this.#options.retentionMs;
  }

  #on(transport: Transport): Opened {
    const { retentionMs, maxHistory } = this.#options;
    const logger = this.#logger ?? transport.logger;
    const degradation = new Degradation(transport, { component, logger });
    // Often enough that what is trimmed away was counted, seldom enough to be cheap.
    const countEvery = Math.min(200, maxHistory / 50);
    const counts = new RatingCounts(transport, { retentionMs, countEvery, logger });
    const recorder = new RatingRecorder(transport, { counts, degradation, maxHistory, countEvery });
    return { transport, degradation, counts, recorder };
  }
}

interface Assessed {
  readonly recommendation: TierRecommendation;
  readonly changes: TierChanges;
  /** Ratings that were ever counted of a tier. */
  readonly totalOf: (tier: Tier) => number;
}

/** What follows from what is known now. Changes nothing. */
async function assess(
  transport: Transport,
  counts: RatingCounts,
  { currentTier, ...stage }: TierSelector,
  explores: boolean,
): Promise<Assessed> {
  const [changes, counted] = await Promise.all([
    changesOf(transport, stage),
    counts.of(modelTiers.map((tier) => ({ ...stage, tier }))),
  ]);
  const totalOf = (tier: Tier) => counted[modelTiers.indexOf(tier)]!.total;
  const stats = Object.fromEntries(counted.map((one) => [one.stage.tier, statsOf(one.blocks)]));
  const recommendation = recommendationFor({
    currentTier,
    stats: stats as Record<Tier, QualityStats | null>,
    sinceChange: ratingsSince(changes, currentTier, totalOf(currentTier)),
    explores,
  });
  return { recommendation, changes, totalOf };
}

/** Each is looked at in turn: only those that are wanted are held. */
async function ratedStages(
  { counts, recorder }: Opened,
  wanted: (stats: QualityStats) => boolean,
): Promise<StageQuality[]> {
  await recorder.counted();
  const found: StageQuality[] = [];
  for await (const { stage, blocks } of counts.all()) {
    const stats = statsOf(blocks);
    if (stats && wanted(stats)) found.push({ ...stage, stats });
  }
  return found;
}

function byName(one: StageQuality, other: StageQuality): number {
  return (
    compare(one.workflowName, other.workflowName) ||
    compare(one.stageName, other.stageName) ||
    modelTiers.indexOf(one.tier) - modelTiers.indexOf(other.tier)
  );
}

/** The same everywhere, whatever the language of the machine. */
function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
