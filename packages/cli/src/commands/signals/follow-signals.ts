/** `attune signals --follow`. */
import { coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Session } from "../../session/session.ts";
import { storedAt } from "../../store/stored-at.ts";
import { timeText } from "../../text/time.ts";
import type { SignalsWanted } from "./show-signals.ts";
import { printSignal } from "./signal-line.ts";
import { signalReader } from "./signal-reader.ts";

export async function followSignals(
  session: Session,
  { agent, since, count, matches }: SignalsWanted,
): Promise<void> {
  const { stdout, signal, utc } = session;
  const transport = await session.openToFollow();
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: [coordinationSignal],
    from: since === undefined ? "now" : "beginning",
    signal,
  });
  await consumer.ready;
  const sinceText = since === undefined ? "" : ` since ${timeText(since, utc)}`;
  session.note(`Following${sinceText}. Ctrl-C ends.`);
  const read = signalReader(session);
  let printed = 0;
  for await (const event of consumer) {
    if (since !== undefined && storedAt(event) < since.getTime()) continue;
    const seen = read(event);
    if (!seen || (matches && !matches(seen))) continue;
    const { sourceAgent, targetAgent } = seen;
    if (agent !== undefined && targetAgent !== null && targetAgent !== agent && sourceAgent !== agent)
      continue;
    printSignal(session, seen);
    printed += 1;
    if (printed === count) return;
    if (stdout.congested) await stdout.drained();
  }
}
