/** What a figure of the bench is: contenders that do the same work, and the ratios it wants to see between them. */
import type { RedisBenchmark } from "./redis-benchmark.ts";

/** The stores that @attune is measured on. */
export type StoreName = "redis" | "sqlite";

/** What every contender gets; it must survive JSON, because a contender runs in a process of its own. */
export interface Setup {
  /** Of the contender's store. On "sqlite": a file in `folder`, the same for all contenders of the figure. */
  readonly url: string;
  /** In front of every key. */
  readonly prefix: string;
  /** For files, of this figure alone; removed with what is in it. */
  readonly folder: string;
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
  /** Default: the figure's. Without that store here the contender is not measured. */
  readonly store?: StoreName;
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

/** What a metric has to be by itself: counts and sizes, and times and rates that somebody may count on. One of the three is given. */
export interface Bound {
  readonly of: string;
  readonly metric: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly below?: number;
  /** Default `"worst"`: it has to hold in every round. Times, which a busy moment of the machine lengthens, are judged by their median. */
  readonly judged?: "worst" | "median";
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  /** What @attune is measured on. Default "redis". */
  readonly store?: StoreName;
  /** The unit of each metric. */
  readonly metrics: Readonly<Record<string, string>>;
  /** At most so many rounds: where a round takes long, or gives the same every time. */
  readonly maxRounds?: number;
  /** Default true. */
  readonly warmUp?: boolean;
  /** No round takes so long unless something is broken. Default 60,000. */
  readonly roundMs?: number;
  /** Default false: measured also where no figure is named. */
  readonly onlyNamed?: boolean;
  /** Fills what all contenders of the figure's own store read. */
  prepare?(setup: Setup): Promise<void>;
  readonly contenders: readonly Contender[];
  readonly comparisons: readonly Comparison[];
  readonly bounds?: readonly Bound[];
}

/** The stores that a figure can be measured with, its own first. */
export function storesOf({ store = "redis", contenders }: Figure): ReadonlySet<StoreName> {
  return new Set([store, ...contenders.map((contender) => contender.store ?? store)]);
}
