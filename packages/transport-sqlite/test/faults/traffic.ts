/** What the processes of the traffic are given, told, and tell. */
import type { Calls } from "./call-counter.ts";
import type { LoopReport } from "./loop-watch.ts";

export const shared = "shared";

export function ownStream(writer: string): string {
  return `own-${writer}`;
}

export interface TrafficWriterArgument {
  readonly url: string;
  readonly writer: string;
  readonly forMs: number;
}

/** An entry's data: the n-th that this writer sent to this stream, from 1. */
export interface Numbered {
  readonly writer: string;
  readonly n: number;
}

export interface TrafficWriterReport {
  /** By stream, how many entries were sent. */
  readonly sent: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  /** By kind of call. */
  readonly calls: Readonly<Record<string, Calls>>;
  readonly errors: readonly string[];
  /** Calls with a key that was used before, and how many of them were given the id of then. */
  readonly repeated: { readonly calls: number; readonly sameId: number };
  readonly loop: LoopReport;
}

export interface FollowerArgument {
  readonly url: string;
  readonly eventTypes: readonly string[] | "all";
}

export interface FollowerReport {
  readonly received: number;
  /** Left out between two of one writer in one stream, or told of as a gap. */
  readonly lost: number;
  /** Of one writer in one stream: not after the one before. */
  readonly doubled: number;
  /** With an id that is not above the one before in the stream. */
  readonly outOfOrder: number;
  /** By stream and writer, the newest. */
  readonly last: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
