/** What a page was told over its sockets: the events, as the page itself gets them, over reconnections. */
import type { WatchedPage } from "@attune-tools/browser";
import type { EventGap, ServerMessage } from "../../src/protocol/messages.ts";
import type { EventJson } from "../../src/protocol/records.ts";

export interface HeardEvents {
  /** In the order in which the page got them; those of a snapshot that begins anew included. */
  readonly events: EventJson[];
  readonly gaps: EventGap[];
  /** One for each connection: whether the events went on where they were. */
  readonly snapshots: { readonly resumed: boolean; readonly missed: number | null }[];
}

/** Before the page is opened. */
export function hearEvents(page: WatchedPage): HeardEvents {
  const heard: HeardEvents = { events: [], gaps: [], snapshots: [] };
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload)) as ServerMessage;
      if (message.kind === "snapshot") {
        const { resumed, missed } = message;
        heard.snapshots.push({ resumed, missed });
      }
      heard.events.push(...(message.events ?? []));
      heard.gaps.push(...(message.gaps ?? []));
    });
  });
  return heard;
}
