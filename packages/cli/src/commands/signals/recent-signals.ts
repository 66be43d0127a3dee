/** `attune signals`: the newest signals of the fleet, oldest of them first, as the events tell of them. */
import { coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Session } from "../../session/session.ts";
import { type SeenSignal, signalJson, signalReader } from "./seen-signal.ts";
import type { SignalsWanted } from "./show-signals.ts";
import { printSignal } from "./signal-line.ts";

const defaultCount = 20;
/** With `--since` alone: all of them, to a limit. */
const mostCount = 100_000;

export async function recentSignals(session: Session, wanted: SignalsWanted): Promise<void> {
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const signals = await (wanted.matches ? matching : newest)(session, streamer, wanted);
  if (session.json) return session.stdout.jsonArray(signals.map(signalJson));
  for (const signal of signals) printSignal(session, signal);
  if (signals.length > 0) return;
  session.note(
    "No signals. Those are seen here that are published too: by agents with `enableStreaming: true`, and by attune signals send.",
  );
}

function countOf({ count, since }: SignalsWanted): number {
  return count ?? (since === undefined ? defaultCount : mostCount);
}

function rangeOf({ since }: SignalsWanted): { readonly from?: Date } {
  return since ? { from: since } : {};
}

async function newest(
  session: Session,
  streamer: EventStreamer,
  wanted: SignalsWanted,
): Promise<SeenSignal[]> {
  const read = signalReader(session);
  const events = await streamer.getRecentEvents(coordinationSignal, {
    ...rangeOf(wanted),
    count: countOf(wanted),
  });
  return events
    .reverse()
    .map(read)
    .filter((signal) => signal !== undefined);
}

/** What matches may be anywhere: everything is looked through, and the newest of it are kept. */
async function matching(
  session: Session,
  streamer: EventStreamer,
  wanted: SignalsWanted,
): Promise<SeenSignal[]> {
  const read = signalReader(session);
  const count = countOf(wanted);
  const eventTypes = [coordinationSignal] as const;
  let kept: SeenSignal[] = [];
  for await (const event of streamer.replayEvents({
    eventTypes,
    signal: session.signal,
    ...rangeOf(wanted),
  })) {
    const signal = read(event);
    if (!signal || !wanted.matches!(signal)) continue;
    kept.push(signal);
    if (kept.length >= 2 * count) kept = kept.slice(-count);
  }
  return kept.slice(-count);
}
