/** A stream and its groups as JSON, in the names of the wire. */
import type { GroupInfo, StreamInfo } from "@attune/streams";
import { isoTime } from "./iso-time.ts";

export interface StreamWithGroups {
  readonly info: StreamInfo;
  readonly groups: readonly GroupInfo[];
}

export function streamInfoJson(info: StreamInfo) {
  return {
    event_type: info.eventType,
    length: info.length,
    added: info.added,
    oldest_id: info.oldestId,
    newest_id: info.newestId,
    oldest_at: info.oldestAt && isoTime(info.oldestAt),
    newest_at: isoTime(info.newestAt),
    bytes: info.bytes,
  };
}

export function streamJson({ info, groups }: StreamWithGroups) {
  return {
    ...streamInfoJson(info),
    groups: groups.map(({ group, pending, lag, lastDeliveredId }) => ({
      group,
      pending,
      lag,
      last_delivered_id: lastDeliveredId,
    })),
  };
}
