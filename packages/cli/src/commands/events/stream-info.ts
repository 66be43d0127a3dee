/** `attune events --stream-info`: where the streams stand, and the groups that share them. */

import { EventStreamer } from "@attune/streams";
import { type StreamWithGroups, streamJson } from "@attune-tools/record-json";
import { textTable } from "@attune-tools/terminal-text";
import { notFound } from "../../exit-code.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { bytesText } from "../../text/bytes.ts";
import { agoText } from "../../text/time.ts";

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
