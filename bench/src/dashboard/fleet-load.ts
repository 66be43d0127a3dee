/** The fleet that a dashboard is measured with: how large it is, and the process that it lives in. */
import { join } from "node:path";
import type { Setup } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";

export const agents = 5000;
export const eventsPerSecond = 2000;

/** What the load has reached since it was asked before. */
export interface LoadRates {
  readonly beatsPerSecond: number;
  readonly eventsPerSecond: number;
}

/** When a batch of events was given to `publishEvents`, by `Date.now()`, and the number of its first one. */
export type SentBatch = readonly [first: number, sentAt: number];

export interface PublishedEvents {
  /** They are numbered from 0. */
  readonly count: number;
  /** Of which it is not known whether they are stored. */
  readonly unsure: number;
  readonly batches: readonly SentBatch[];
}

/** In the data of each event, so that it is known again wherever it is shown: `mark: "17@1795387200000"`. */
export const markOf = (number: number, sentAt: number) => `${number}@${sentAt}`;

export class FleetLoad implements AsyncDisposable {
  readonly #remote = new Remote(join(import.meta.dirname, "fleet-load-process.ts"));

  /** Starts all agents: from then on each beats once a second. */
  start(setup: Setup): Promise<void> {
    return this.#remote.call("start", setup);
  }

  publish(): Promise<void> {
    return this.#remote.call("publish");
  }

  rates(): Promise<LoadRates> {
    return this.#remote.call("rates");
  }

  /** No event comes after it. */
  endPublishing(): Promise<PublishedEvents> {
    return this.#remote.call("endPublishing");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#remote[Symbol.asyncDispose]();
  }
}

/** How much of what was wanted the load has reached, in percent: the lesser of both. */
export function reached(rates: LoadRates): number {
  return 100 * Math.min(rates.beatsPerSecond / agents, rates.eventsPerSecond / eventsPerSecond);
}
