/** `attune signals clear`. */
import { CoordinationSignals, type SignalSelector } from "@attune/signals";
import { checkName } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { usageError } from "../../exit-code.ts";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";

export interface ClearSignalsOptions {
  readonly agent?: string;
  readonly type?: readonly string[];
  readonly yes?: boolean;
}

/** So many are counted for the question. */
const counted = 1000;

export async function clearSignals(
  session: Session,
  { agent, type, yes }: ClearSignalsOptions,
): Promise<void> {
  if (agent === undefined) throw usageError("Whose mailbox? Say --agent ID.");
  const agentId = checkName("--agent", agent);
  const selectors: SignalSelector[] = type
    ? [...new Set(type)].map((signalType) => ({ signalType: checkName("--type", signalType) }))
    : [{}];
  const transport = await session.openExisting();
  await using mailbox = new CoordinationSignals({ agentId, transport });
  let pending = 0;
  for (const selector of selectors) {
    pending += (await mailbox.getPendingSignals({ ...selector, limit: counted })).length;
  }
  const number = pending < counted ? String(pending) : `${pending} or more`;
  const whose = cleanText(JSON.stringify(agentId));
  const question = `Remove ${number} ${pending === 1 ? "signal that waits" : "signals that wait"} for ${whose} from ${cleanText(transport.location)}?`;
  session.stderr.flush(); // in front of the question
  if (pending > 0) await confirm(session, question, yes);
  let removed = 0;
  if (pending > 0) for (const selector of selectors) removed += await mailbox.clearSignals(selector);
  if (session.json) session.stdout.json({ agent_id: agentId, removed });
  else session.stdout.line(removed === 1 ? "1 signal removed" : `${removed} signals removed`);
}
