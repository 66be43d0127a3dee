/** `attune signals --agent`: what waits in a mailbox, in the order in which it will be taken. Looking takes nothing away. */
import { CoordinationSignals } from "@attune/signals";
import { cleanText } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { fromMailbox, signalJson } from "./seen-signal.ts";
import type { SignalsWanted } from "./show-signals.ts";
import { printSignal } from "./signal-line.ts";

/** As many as a mailbox of this library's agents can hold. */
const mostPending = 100_000;

export async function pendingSignals(
  session: Session,
  agentId: string,
  { matches, count = mostPending }: SignalsWanted,
): Promise<void> {
  const transport = await session.openExisting();
  await using mailbox = new CoordinationSignals({ agentId, transport });
  const limit = matches ? mostPending : count;
  const pending = (await mailbox.getPendingSignals({ limit })).map(fromMailbox);
  const signals = (matches ? pending.filter(matches) : pending).slice(0, count);
  if (session.json) return session.stdout.jsonArray(signals.map(signalJson));
  for (const signal of signals) printSignal(session, signal);
  if (signals.length === 0) session.note(`Nothing waits for ${cleanText(JSON.stringify(agentId))}.`);
}
