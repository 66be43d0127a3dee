/** One agent that waits once for a signal, when told to, until told to give up, and tells which it got. Argument: agent id. */
import { once } from "node:events";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";

const [agentId] = process.argv.slice(2);
await using transport = await openTransport();
const signals = new CoordinationSignals({ agentId: agentId!, transport });
process.send!("ready");
await once(process, "message");
const over = new AbortController();
const told = once(process, "message").then(() => over.abort());
const waiting = signals.waitForSignal({
  signalType: "job",
  timeoutMs: Number.POSITIVE_INFINITY,
  signal: over.signal,
});
process.send!("waiting");
process.send!({ signalId: (await waiting)?.signalId ?? null });
await told;
process.disconnect();
