/** Whether an agent lives: by word and colour. */
import type { Liveness } from "./livenesses.ts";

export function LivenessBadge({ liveness }: { readonly liveness: Liveness }) {
  return (
    <span className={`badge liveness-${liveness}`} title={meanings[liveness]}>
      {liveness}
    </span>
  );
}

const meanings: Readonly<Record<Liveness, string>> = {
  lost: "Its lease ran out without a word: killed, cut off, or its main thread blocked.",
  stalled: "It beats, but status, progress and task stay the same for longer than it said they may.",
  stale: "Its last beat is a while ago, and its lease still in force.",
  unknown: "The store is away, or was when the lease ran out.",
  alive: "It beats and goes on.",
  finished: "It said that it completed, failed or was cancelled.",
};
