/** `attune events --stream-info`: where the streams stand, and the groups that share them. */
import { EventStreamer, type GroupInfo, type StreamInfo } from "@attune/streams";
import { textTable } from "@attune-tools/terminal-text";
import { notFound } from "../../exit-code.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { bytesText } from "../../text/bytes.ts";
import { agoText, isoTime } from "../../text/time.ts";

interface StreamWithGroups {
  readonly info: StreamInfo;
  readonly groups: readonly GroupInfo[];
}

export async function streamInfo(session: Session, types: readonly string[] | undefined): Promise<void> {
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const streams: StreamWithGroups[] = [];
  for (const type of types ?? (await streamer.listEventTypes())) {
    const info = await streamer.getStreamInfo(type);
    if (info) streams.push({ info, groups: await streamer.listGroups(type) });
    else if (types) throw notFound(`There is no stream of ${JSON.stringify(type)}.`);
  }
  printList(session, {
    items: streams,
    json: streamJson,
    none: "No streams.",
    print: () => printTable(session, streams),
  });
}

function printTable({ stdout }: Session, streams: readonly StreamWithGroups[]): void {
  const now = Date.now();
  const age = (time: Date | null) => (time === null ? "-" : agoText(time, now));
  const rows = streams.map(({ info, groups }) => [
    info.eventType,
    String(info.length),
    info.added === null ? "?" : String(info.added),
    age(info.oldestAt),
    age(info.newestAt),
    info.bytes === null ? "?" : bytesText(info.bytes),
    groups.map(({ group, pending, lag }) => `${group} (${pending} pending, lag ${lag ?? "?"})`).join(", "),
  ]);
  const table = textTable(rows, {
    width: stdout.width,
    indent: 0,
    columns: [
      { header: "STREAM", keep: true, grow: true },
      { header: "EVENTS", align: "right", keep: true },
      { header: "EVER ADDED", align: "right" },
      { header: "OLDEST", align: "right", priority: 1 },
      { header: "NEWEST", align: "right", priority: 2 },
      { header: "SIZE", align: "right", priority: 1 },
      { header: "GROUPS", grow: true, priority: -1 },
    ],
  });
  stdout.table(table);
}

function streamJson({ info, groups }: StreamWithGroups) {
  return {
    event_type: info.eventType,
    length: info.length,
    added: info.added,
    oldest_id: info.oldestId,
    newest_id: info.newestId,
    oldest_at: info.oldestAt && isoTime(info.oldestAt),
    newest_at: isoTime(info.newestAt),
    bytes: info.bytes,
    groups: groups.map(({ group, pending, lag, lastDeliveredId }) => ({
      group,
      pending,
      lag,
      last_delivered_id: lastDeliveredId,
    })),
  };
}
