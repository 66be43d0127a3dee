/** The averages of the older and of the newer half of the ratings, from what is told of all of them. */
import type { StageJson } from "../../../../src/protocol/records.ts";

export interface Halves {
  readonly older: number;
  readonly newer: number;
}

/** From so many ratings on there is a trend. */
const minForTrend = 4;

/** `undefined`: there are too few. The older half has the odd one. */
export function halvesOf({ average_quality, sample_count, trend }: StageJson): Halves | undefined {
  if (sample_count < minForTrend) return undefined;
  const newerShare = Math.floor(sample_count / 2) / sample_count;
  const older = average_quality - trend * newerShare;
  return { older, newer: older + trend };
}
