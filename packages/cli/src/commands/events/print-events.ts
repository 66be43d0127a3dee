/** Prints events that are read one after the other, however many they are: lines, or one JSON document. */

import type { StreamEvent } from "@attune/streams";
import { eventJsonText } from "@attune-tools/record-json";
import type { Output } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";
import { printEvent } from "./event-line.ts";

export type Events = AsyncIterable<StreamEvent>;

export async function printEvents(session: Session, events: Events): Promise<void> {
  await (session.json ? printDocument(session, events) : printLines(session, events));
}

async function printLines(session: Session, events: Events): Promise<void> {
  const { stdout, utc } = session;
  let printed = 0;
  for await (const event of events) {
    if (session.signal.aborted) return;
    printEvent(stdout, event, { json: false, utc });
    printed += 1;
    if (stdout.congested) await stdout.drained();
  }
  if (printed === 0) session.note("No events.");
}

/** An array; nothing of it is gathered. */
async function printDocument({ stdout, signal }: Session, events: Events): Promise<void> {
  let last: StreamEvent | undefined;
  for await (const event of events) {
    if (signal.aborted) return;
    if (last === undefined) stdout.line("[");
    else element(stdout, last, ",");
    last = event;
    if (stdout.congested) await stdout.drained();
  }
  if (last === undefined) {
    stdout.line("[]");
  } else {
    element(stdout, last, "");
    stdout.line("]");
  }
}

function element(stdout: Output, event: StreamEvent, comma: "," | ""): void {
  stdout.jsonText(`${eventJsonText(event)}${comma}`);
}
