/** How good each stage of each workflow is at each tier: read as long as somebody looks. */
import { FeedbackLoop } from "@attune/feedback";
import type { Transport } from "@attune/transport";
import { stageJson } from "@attune-tools/record-json";
import type { Parts } from "../protocol/messages.ts";
import type { StageJson } from "../protocol/records.ts";
import type { Feed } from "./feed.ts";
import { PacedReading } from "./paced-reading.ts";
import type { Section } from "./section.ts";

export interface LiveQualityOptions {
  readonly transport: Transport;
  readonly feed: Feed;
  /** Reading has failed for another reason than that the store is away. */
  readonly onFailure: (error: unknown) => void;
  readonly pace?: number | undefined;
}

/** Ratings come as events whose types begin so. */
const eventTypesOfRatings = "feedback:";
/** By name; the others are not told. */
const mostTold = 2000;

export class LiveQuality implements Section {
  readonly #feed: Feed;
  readonly #loop: FeedbackLoop;
  readonly #reading: PacedReading;
  readonly #stop: () => void;
  #stages: readonly StageJson[] = [];
  #told = "[]";

  constructor({ transport, feed, onFailure, pace = 1 }: LiveQualityOptions) {
    this.#feed = feed;
    this.#loop = new FeedbackLoop({ transport });
    this.#reading = new PacedReading({
      transport,
      read: () => this.#read(),
      onFailure,
      intervalMs: 5000,
      idleIntervalMs: null,
      isWatched: () => feed.isRead,
      pace,
      leastMs: 1000,
    });
    this.#stop = feed.onFirstReader(() => this.#reading.hurry());
  }

  /** As they were last read: while no page is connected they are not. */
  get stages(): readonly StageJson[] {
    return this.#stages;
  }

  see(eventType: string): void {
    if (eventType.startsWith(eventTypesOfRatings)) this.#reading.hurry();
  }

  snapshot(): Parts {
    return { quality: this.#stages };
  }

  async close(): Promise<void> {
    this.#reading.close();
    this.#stop();
    await this.#loop.close();
  }

  async #read(): Promise<void> {
    const stages = (await this.#loop.getRatedStages()).slice(0, mostTold).map(stageJson);
    if (this.#reading.closed) return;
    const text = JSON.stringify(stages);
    if (text === this.#told) return;
    this.#told = text;
    this.#stages = stages;
    this.#feed.add({ quality: stages });
  }
}
