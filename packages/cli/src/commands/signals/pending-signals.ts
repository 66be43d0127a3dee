/** `attune signals --agent`: what waits in a mailbox, in the order in which it will be taken. Looking takes nothing away. */

import { CoordinationSignals } from "@attune/signals";
import { signalJson, signalOfMailbox } from "@attune-tools/record-json";
import { mostCount } from "../../input/count.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import type { SignalsWanted } from "./show-signals.ts";
import { printSignal } from "./signal-line.ts";

export async function pendingSignals(
  session: Session,
  agentId: string,
  { matches, count = mostCount }: SignalsWanted,
): Promise<void> {
  const transport = await session.openExisting();
  await using mailbox = new CoordinationSignals({ agentId, transport });
  // So many a mailbox of this library's agents can hold at most.
  const limit = matches ? mostCount : count;
  const pending = (await mailbox.getPendingSignals({ limit })).map(signalOfMailbox);
  const signals = (matches ? pending.filter(matches) : pending).slice(0, count);
  printList(session, {
    items: signals,
    json: signalJson,
    none: `Nothing waits for ${JSON.stringify(agentId)}.`,
    print: () => {
      for (const signal of signals) printSignal(session, signal);
    },
  });
}
