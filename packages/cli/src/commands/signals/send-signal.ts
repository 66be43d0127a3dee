/** `attune signals send`. */
import { CoordinationSignals } from "@attune/signals";
import { checkName } from "@attune/transport";
import { CliError, exitCode, usageError } from "../../exit-code.ts";
import { durationOf } from "../../input/duration.ts";
import { jsonValue } from "../../input/json-value.ts";
import { identityOf } from "../../session/identity.ts";
import type { Session } from "../../session/session.ts";

export interface SendSignalOptions {
  readonly to?: string;
  readonly broadcast?: boolean;
  readonly as?: string;
  readonly ttl?: string;
}

export async function sendSignal(
  session: Session,
  { to, broadcast, as, ttl = "60s" }: SendSignalOptions,
  [type, text]: readonly string[],
): Promise<void> {
  if ((to === undefined) === (broadcast === undefined)) {
    throw usageError("Who is to get it? Say either --to AGENT or --broadcast, for all.");
  }
  const signalType = checkName("TYPE", type);
  const targetAgent = to === undefined ? null : checkName("--to", to);
  const agentId = identityOf(session, { option: ["--as", as], fallback: () => "shell" });
  const ttlMs = durationOf("--ttl", ttl);
  if (ttlMs < 1) throw usageError("--ttl is longer than nothing: 30s, 10m, 2h.");
  const payload = await jsonValue(session, "The payload of a signal", text);
  const transport = await session.openOrMake();
  await using signals = new CoordinationSignals({ agentId, transport, enableStreaming: true });
  const signalId = await signals.signal({ signalType, targetAgent, payload, ttlMs });
  // What cannot be sent throws here, but for a mailbox without room, of which the library has warned.
  if (signalId === "") throw new CliError(exitCode.failed, "The signal was not sent.");
  if (!session.json) return session.stdout.line(signalId);
  session.stdout.json({
    signal_id: signalId,
    signal_type: signalType,
    source_agent: agentId,
    target_agent: targetAgent,
  });
}
