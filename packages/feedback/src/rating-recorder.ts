/** Records ratings: one append each. They are counted on the side, early enough that nothing is trimmed away uncounted. */
import type { Degradation, Transport } from "@attune/transport";
import type { RatingCounts } from "./rating-counts.ts";
import { streamOf } from "./stage-key.ts";
import type { RatedStage } from "./tiers.ts";

/** Counted again after so long at the latest, so that a stage is known of which there are few ratings. */
const countAfterMs = 60_000;
/** Stages at a tier whose tallies are remembered. */
const maxTallies = 10_000;
/** How often counting is tried where others are faster. */
const attempts = 3;

export interface RatingRecorderOptions {
  readonly counts: RatingCounts;
  readonly degradation: Degradation;
  readonly maxHistory: number;
  /** So many of its own are counted on the side. */
  readonly countEvery: number;
}

/** What this process has recorded of a stage at a tier. */
interface Tally {
  /** Sent, and not known to be counted. */
  uncounted: number;
  /** Those of them that were stored since counting began last. */
  stored: number;
  countedAt: number;
  counting: boolean;
  /** Who waits for others to be counted, first come first. */
  readonly waiting: Set<() => void>;
}

export class RatingRecorder {
  readonly #transport: Transport;
  readonly #options: RatingRecorderOptions;
  /** So many are sent before they are counted, then recording waits for that: twenty processes may do so at once. */
  readonly #mostUncounted: number;
  readonly #tallies = new Map<string, Tally>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(transport: Transport, options: RatingRecorderOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#mostUncounted = options.maxHistory / 20;
  }

  /** The id of the entry; `""`: not known to be stored. */
  async record(stage: RatedStage, data: string): Promise<string> {
    const { clock } = this.#transport;
    const eventType = streamOf(stage);
    const tally = this.#tallyOf(eventType);
    if (tally.uncounted < this.#mostUncounted) tally.uncounted++;
    else await new Promise<void>((resolve) => tally.waiting.add(resolve));
    let id = "";
    try {
      id = await this.#append(eventType, data);
    } finally {
      if (id === "") this.#release(tally, 1);
      else tally.stored++;
    }
    const isLong = clock.monotonic() - tally.countedAt >= countAfterMs;
    if (id !== "" && (isLong || tally.stored >= this.#options.countEvery)) this.#count(stage, tally);
    return id;
  }

  /** Resolves once what is being counted now has been: the stages that were recorded here are known then. */
  async counted(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Resolves once nothing is being counted. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await this.counted();
  }

  async #append(eventType: string, data: string): Promise<string> {
    const { clock, streams } = this.#transport;
    const request = {
      eventType,
      timestamp: new Date(clock.now()).toISOString(),
      data,
      source: "feedback",
      maxLength: this.#options.maxHistory,
    };
    const ids = await this.#options.degradation.attempt(() => streams.append([request]), []);
    return ids[0] ?? "";
  }

  #count(stage: RatedStage, tally: Tally): void {
    if (tally.counting) return;
    tally.counting = true;
    tally.countedAt = this.#transport.clock.monotonic();
    const { stored } = tally;
    tally.stored = 0;
    const counting = this.#untilCounted(stage).then(() => {
      tally.counting = false;
      this.#underWay.delete(counting);
      this.#release(tally, stored);
      if (tally.stored >= this.#options.countEvery) this.#count(stage, tally);
    });
    this.#underWay.add(counting);
  }

  async #untilCounted(stage: RatedStage): Promise<void> {
    const { counts, degradation } = this.#options;
    try {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const counted = await degradation.attempt(() => counts.of([stage]), undefined);
        if (!counted || counted[0]?.settled) return;
      }
    } catch {
      // The ratings are stored, so whoever recorded them has nothing to do about this; others will count them.
    }
  }

  /** Lets others go on. */
  #release(tally: Tally, count: number): void {
    tally.uncounted -= count;
    for (const goOn of tally.waiting) {
      if (tally.uncounted >= this.#mostUncounted) return;
      tally.uncounted++;
      tally.waiting.delete(goOn);
      goOn();
    }
  }

  #tallyOf(eventType: string): Tally {
    let tally = this.#tallies.get(eventType);
    if (!tally) {
      tally = {
        uncounted: 0,
        stored: 0,
        countedAt: Number.NEGATIVE_INFINITY,
        counting: false,
        waiting: new Set(),
      };
      if (this.#tallies.size >= maxTallies) this.#tallies.clear();
      this.#tallies.set(eventType, tally);
    }
    return tally;
  }
}
