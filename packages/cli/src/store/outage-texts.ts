/** What is said of a store that is away, by whatever follows it. */
import { clockText } from "../text/time.ts";

export function isAwayText(location: string): string {
  return `The store at ${location} is away; waiting for it.`;
}

export function isBackText(location: string): string {
  return `The store at ${location} is back.`;
}

/** For a picture that goes on. */
export function awaySince(since: Date, utc: boolean): string {
  return `store away since ${clockText(since, utc)}`;
}
