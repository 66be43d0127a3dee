/** `attune dead-letters show`. */
import { type DeadLetter, EventStreamer } from "@attune/streams";
import { cleanText } from "@attune-tools/terminal-text";
import { usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import { letterJson } from "./letter-json.ts";
import { selectedLetters, selectionOf } from "./selected-letters.ts";

export async function showLetter(
  session: Session,
  { type }: { readonly type?: string },
  [group, id]: readonly string[],
): Promise<void> {
  const selection = selectionOf(group!, [id!], type);
  const transport = await session.openExisting();
  const letters = await selectedLetters(new EventStreamer({ transport }), selection);
  const types = [...new Set(letters.map(({ eventType }) => eventType))];
  if (types.length > 1) {
    throw usageError(
      `Several events have the id ${id}; say which with --type: ${types.map((each) => JSON.stringify(each)).join(", ")}.`,
    );
  }
  // Replayed, and given up again before the first was forgotten: what was found last counts.
  const [letter] = letters.toSorted((one, other) => other.failedAt.getTime() - one.failedAt.getTime());
  print(session, letter!);
}

function print({ stdout, json, utc }: Session, letter: DeadLetter): void {
  if (json) {
    stdout.json(letterJson(letter));
    return;
  }
  const field = (name: string, value: string) =>
    stdout.line(`${stdout.style("dim", name.padEnd(14))}${cleanText(value)}`);
  field("event", letter.eventId);
  field("type", letter.eventType);
  field("group", letter.group);
  field("published", timeText(letter.timestamp, utc));
  field("source", letter.source);
  field("given up", timeText(letter.failedAt, utc));
  field("delivered", letter.deliveryCount === 1 ? "once" : `${letter.deliveryCount} times`);
  field("last consumer", letter.consumer);
  // It may be a stack: each of its lines for itself.
  for (const [index, line] of letter.error.split("\n").entries()) field(index === 0 ? "error" : "", line);
  if (letter.rawData === null) field("data", "not kept: it was too large, or no text");
  else if (letter.data === null) field("data", letter.rawData);
  else {
    const lines = JSON.stringify(letter.data, null, 2).split("\n");
    for (const [index, line] of lines.entries()) field(index === 0 ? "data" : "", line);
  }
}
