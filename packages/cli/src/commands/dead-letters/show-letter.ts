/** `attune dead-letters show`. */

import { type DeadLetter, EventStreamer } from "@attune/streams";
import { letterJson } from "@attune-tools/record-json";
import { cleanText } from "@attune-tools/terminal-text";
import { usageError } from "../../exit-code.ts";
import type { Field } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
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
  const { eventId, eventType, error, deliveryCount } = letter;
  stdout.fields([
    { name: "event", value: eventId },
    { name: "type", value: eventType },
    { name: "group", value: letter.group },
    { name: "published", value: timeText(letter.timestamp, utc) },
    { name: "source", value: letter.source },
    { name: "given up", value: timeText(letter.failedAt, utc) },
    { name: "delivered", value: deliveryCount === 1 ? "once" : `${deliveryCount} times` },
    { name: "last consumer", value: letter.consumer },
    // It may be a stack.
    ...lines("error", error),
    ...lines("data", dataText(letter)),
  ]);
}

/** Each line for itself, the first one behind the name. */
function lines(name: string, text: string): Field[] {
  return text.split("\n").map((value, index) => ({ name: index === 0 ? name : "", value }));
}

function dataText({ data, rawData }: DeadLetter): string {
  if (rawData === null) return "not kept: it was too large, or no text";
  // What is no JSON is told as it is.
  return data === null ? cleanText(rawData) : JSON.stringify(data, null, 2);
}
