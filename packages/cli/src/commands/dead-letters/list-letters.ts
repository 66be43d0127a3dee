/** `attune dead-letters list`. */

import { type DeadLetter, EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { letterJson } from "@attune-tools/record-json";
import { nearestName, textTable } from "@attune-tools/terminal-text";
import { countIn } from "../../input/count.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import { archivePrefix, knownGroups } from "./known-groups.ts";

export interface ListLettersOptions {
  readonly type?: string;
  readonly count?: string;
}

export async function listLetters(
  session: Session,
  { type, count }: ListLettersOptions,
  [group]: readonly string[],
): Promise<void> {
  const most = countIn(count) ?? 100;
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const letters = await streamer.listDeadLetters({
    group: group!,
    ...(type === undefined ? {} : { eventType: type }),
    count: most,
  });
  const { stdout, utc } = session;
  printList(session, {
    items: letters,
    json: letterJson,
    none: letters.length === 0 ? await whyNone(transport, group!) : "",
    print: () => stdout.table(letterTable(letters, stdout.width, utc)),
  });
}

function letterTable(letters: readonly DeadLetter[], width: number, utc: boolean): string[] {
  const rows = letters.map((letter) => [
    letter.eventId,
    letter.eventType,
    timeText(letter.failedAt, utc),
    String(letter.deliveryCount),
    letter.consumer,
    letter.error,
  ]);
  return textTable(rows, {
    width,
    indent: 0,
    columns: [
      { header: "EVENT", keep: true },
      { header: "TYPE", keep: true, grow: true },
      { header: "GIVEN UP", priority: 2 },
      { header: "DELIVERED", align: "right" },
      { header: "CONSUMER", priority: -1 },
      { header: "ERROR", grow: true, priority: 1 },
    ],
  });
}

/** A name that nobody knows may be misspelt. */
async function whyNone(transport: Transport, group: string): Promise<string> {
  const none = `No dead letters of ${JSON.stringify(group)}.`;
  if (group.startsWith(archivePrefix)) return none;
  const known = (await knownGroups(transport)).map((each) => each.group);
  if (known.includes(group)) return none;
  const nearest = nearestName(group, known);
  const meant = nearest === undefined ? "." : `; did you mean ${JSON.stringify(nearest)}?`;
  return `${none} No stream knows this group${meant}`;
}
