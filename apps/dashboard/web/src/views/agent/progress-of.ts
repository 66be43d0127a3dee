/** The progress that an agent told, oldest first. */
import { beatOf } from "./beat-of.ts";
import type { TimelineItem } from "./timeline-item.ts";

/** As many as are drawn. */
const most = 200;

/** `items` newest first. */
export function progressOf(items: readonly TimelineItem[]): number[] {
  const found: number[] = [];
  for (const item of items) {
    const beat = item.kind === "beat" ? beatOf(item) : undefined;
    if (beat) found.push(beat.progress);
    if (found.length === most) break;
  }
  return found.reverse();
}
