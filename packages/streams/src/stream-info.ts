/** What `getStreamInfo` tells. */
import { type StreamState, timeOfId } from "@attune/transport";

export interface StreamInfo {
  readonly eventType: string;
  /** Events held now. */
  readonly length: number;
  /** Events ever added, those trimmed away included; `null` where the store does not count. */
  readonly added: number | null;
  readonly oldestId: string | null;
  readonly newestId: string;
  /** When the store took the oldest event that it holds. */
  readonly oldestAt: Date | null;
  readonly newestAt: Date;
  /** Bytes in the store; `null` where unknown. */
  readonly bytes: number | null;
}

/** `null` for a stream that does not exist. */
export function toStreamInfo({
  eventType,
  length,
  added,
  oldestId,
  lastId,
  bytes,
}: StreamState): StreamInfo | null {
  if (length === 0 && lastId === "0-0") return null;
  return {
    eventType,
    length,
    added,
    oldestId,
    newestId: lastId,
    oldestAt: oldestId === null ? null : timeOfId(oldestId),
    newestAt: timeOfId(lastId),
    bytes,
  };
}
