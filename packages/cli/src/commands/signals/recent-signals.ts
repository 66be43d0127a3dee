/** `attune signals`: the newest signals of the fleet, oldest of them first, as the events tell of them. */

import { coordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { type SeenSignal, signalJson } from "@attune-tools/record-json";
import { defaultCount, mostCount } from "../../input/count.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { newestOf } from "../../store/newest-of.ts";
import type { SignalsWanted } from "./show-signals.ts";
import { printSignal } from "./signal-line.ts";
import { signalReader } from "./signal-reader.ts";

export async function recentSignals(session: Session, wanted: SignalsWanted): Promise<void> {
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  // With `--since` alone: all of them, to a limit.
  const count = wanted.count ?? (wanted.since === undefined ? defaultCount : mostCount);
  // What matches may be anywhere: everything is looked through.
  const signals = wanted.matches
    ? await newestOf(matching(session, streamer, wanted), count)
    : await newest(session, streamer, { ...wanted, count });
  printList(session, {
    items: signals,
    json: signalJson,
    none: "No signals. Those are seen here that are published too: by agents with `enableStreaming: true`, and by attune signals send.",
    print: () => {
      for (const signal of signals) printSignal(session, signal);
    },
  });
}

async function newest(
  session: Session,
  streamer: EventStreamer,
  { since, count }: SignalsWanted & { readonly count: number },
): Promise<SeenSignal[]> {
  const read = signalReader(session);
  const events = await streamer.getRecentEvents(coordinationSignal, { count, ...(since && { from: since }) });
  return events
    .reverse()
    .map(read)
    .filter((signal) => signal !== undefined);
}

async function* matching(
  session: Session,
  streamer: EventStreamer,
  { since, matches }: SignalsWanted,
): AsyncGenerator<SeenSignal> {
  const read = signalReader(session);
  const eventTypes = [coordinationSignal] as const;
  const range = since && { from: since };
  for await (const event of streamer.replayEvents({ eventTypes, signal: session.signal, ...range })) {
    const signal = read(event);
    if (signal && matches?.(signal)) yield signal;
  }
}
