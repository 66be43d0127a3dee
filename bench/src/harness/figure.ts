/** What a figure of the bench is: contenders that do the same work, and the ratios it wants to see between them. */
import type { RedisBenchmark } from "./redis-benchmark.ts";

/** What every contender gets; it must survive JSON, because a contender runs in a process of its own. */
export interface Setup {
  readonly url: string;
  /** In front of every key. */
  readonly prefix: string;
  /** `null`: there is none on this machine. */
  readonly redisBenchmark: RedisBenchmark | null;
}

/** By the name of the metric: `{ rate: 81234 }`. What a contender has nothing to say about is left out. */
export type Measurement = Record<string, number>;

/** A contender with its connections made. */
export interface Opened {
  /** One round. */
  measure(): Promise<Measurement>;
  close(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** `null`: cannot be measured here. */
  open(setup: Setup): Promise<Opened | null>;
}

/** The ratio `metric of "of"` / `metric of "over"`. Without a bound it is only reported. */
export interface Comparison {
  readonly of: string;
  readonly over: string;
  readonly metric: string;
  readonly atLeast?: number;
  readonly below?: number;
}

/** What a metric has to be by itself, in every round: counts and sizes, which no machine makes faster or slower. */
export interface Bound {
  readonly of: string;
  readonly metric: string;
  readonly atMost?: number;
  readonly below?: number;
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  /** The unit of each metric. */
  readonly metrics: Readonly<Record<string, string>>;
  /** At most so many rounds: where a round takes long, or gives the same every time. */
  readonly maxRounds?: number;
  /** Default true. */
  readonly warmUp?: boolean;
  /** Fills what all contenders read. */
  prepare?(setup: Setup): Promise<void>;
  readonly contenders: readonly Contender[];
  readonly comparisons: readonly Comparison[];
  readonly bounds?: readonly Bound[];
}
