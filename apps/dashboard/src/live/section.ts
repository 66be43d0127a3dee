/** A part of what the pages see: it knows its present state, and tells the feed of each change. */
import type { Parts } from "../protocol/messages.ts";

export interface Section {
  /** What a page that comes now has to know. Made without waiting, so that it fits to the deltas that follow. */
  snapshot(): Parts;
  /** Leaves no timer and no wait behind. */
  close(): Promise<void> | void;
}
