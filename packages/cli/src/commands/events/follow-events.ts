/** `attune events --follow`. */
import { EventStreamer } from "@attune/streams";
import { CliError, exitCode } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { storedAt } from "../../store/stored-at.ts";
import { timeText } from "../../text/time.ts";
import { printEvent } from "./event-line.ts";
import type { EventsWanted } from "./show-events.ts";

export async function followEvents(
  session: Session,
  { types, since, count, matches }: EventsWanted,
  timeoutMs: number | undefined,
): Promise<void> {
  const { stdout, json, utc } = session;
  const timedOut = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signal = timedOut ? AbortSignal.any([session.signal, timedOut]) : session.signal;
  const transport = await session.openToFollow();
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: types,
    from: since === undefined ? "now" : "beginning",
    signal,
  });
  if (await becomesReady(consumer.ready, signal)) {
    session.note(
      since === undefined
        ? "Following. Ctrl-C ends."
        : `Following since ${timeText(since, utc)}. Ctrl-C ends.`,
    );
  }
  const begin = since?.getTime() ?? 0;
  let printed = 0;
  for await (const event of consumer) {
    if (storedAt(event) < begin) continue;
    if (matches !== undefined && !matches(event)) continue;
    printEvent(stdout, event, { json, utc });
    printed += 1;
    if (printed === count) return;
    if (stdout.congested) await stdout.drained();
  }
  if (!timedOut?.aborted || session.signal.aborted) return;
  const wanted = count === undefined ? "" : ` of ${count}`;
  throw new CliError(exitCode.timedOut, `${printed}${wanted} events came within ${timeoutMs! / 1000} s.`);
}

/** False when it was ended before: being interrupted while it waits is no error. */
async function becomesReady(ready: Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await ready;
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
