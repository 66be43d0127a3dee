/** How an archive is doing, as JSON. */
import type { ArchiveProgress } from "@attune/archive";

export function progressJson(progress: ArchiveProgress) {
  return {
    status: progress.status === "not started" ? "ended" : progress.status,
    archived: progress.archived,
    refused: progress.refused,
    missed: progress.missed,
    gaps_of_unknown_size: progress.gapsOfUnknownSize,
    bytes: progress.bytes,
    batches: progress.batches,
    retries: progress.retries,
    waiting: progress.waiting,
    lag_ms: progress.lagMs,
    last_error: progress.lastError,
  };
}
