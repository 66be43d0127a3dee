/** `attune dead-letters list`. */
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { cleanText, nearestName, textTable } from "@attune-tools/terminal-text";
import { wholeNumber } from "../../input/whole-number.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import { archivePrefix, knownGroups } from "./known-groups.ts";
import { letterJson } from "./letter-json.ts";

export interface ListLettersOptions {
  readonly type?: string;
  readonly count?: string;
}

export async function listLetters(
  session: Session,
  { type, count = "100" }: ListLettersOptions,
  [group]: readonly string[],
): Promise<void> {
  const most = wholeNumber("--count", count, { max: 100_000 });
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const letters = await streamer.listDeadLetters({
    group: group!,
    ...(type === undefined ? {} : { eventType: type }),
    count: most,
  });
  const { stdout, json, utc } = session;
  if (letters.length === 0) session.note(cleanText(await whyNone(transport, group!)));
  if (json) return stdout.jsonArray(letters.map(letterJson));
  if (letters.length === 0) return;
  const rows = letters.map((letter) => [
    letter.eventId,
    letter.eventType,
    timeText(letter.failedAt, utc),
    String(letter.deliveryCount),
    letter.consumer,
    letter.error,
  ]);
  const table = textTable(rows, {
    width: stdout.width,
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
  stdout.table(table);
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
