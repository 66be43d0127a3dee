/** What a page was told over its sockets: the events, as the page itself gets them, over reconnections. */
import type { WatchedPage } from "@attune-tools/browser";
import type { EventGap, ServerMessage } from "../../src/protocol/messages.ts";
import type { EventJson } from "../../src/protocol/records.ts";

/** From one snapshot on to the next. */
export interface HeardSnapshot {
  /** Whether the events went on where they were. */
  readonly resumed: boolean;
  readonly missed: number | null;
  /** Those of the snapshot, and behind it. */
  readonly events: EventJson[];
}

export interface HeardEvents {
  /** In the order in which the page got them; those of a snapshot that begins anew included. */
  readonly events: EventJson[];
  readonly gaps: EventGap[];
  readonly snapshots: HeardSnapshot[];
}

/** Before the page is opened. */
export function hearEvents(page: WatchedPage): HeardEvents {
  const heard: HeardEvents = { events: [], gaps: [], snapshots: [] };
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload)) as ServerMessage;
      const { events = [], gaps = [] } = message;
      if (message.kind === "snapshot") {
        const { resumed, missed } = message;
        heard.snapshots.push({ resumed, missed, events: [] });
      }
      heard.events.push(...events);
      heard.snapshots.at(-1)?.events.push(...events);
      heard.gaps.push(...gaps);
    });
  });
  return heard;
}

/** Ids are of a type. */
export function nameOf({ event_type, event_id }: EventJson): string {
  return `${event_type} ${event_id}`;
}
