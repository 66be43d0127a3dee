/** One agent that waits once for a signal, when told to, and tells which it got. Arguments: agent id, timeout in ms. */
import { once } from "node:events";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";

const [agentId, timeoutMs] = process.argv.slice(2);
await using transport = await openTransport();
const signals = new CoordinationSignals({ agentId: agentId!, transport });
process.send!("ready");
await once(process, "message");
const waiting = signals.waitForSignal({ signalType: "job", timeoutMs: Number(timeoutMs) });
process.send!("waiting");
process.send!({ signalId: (await waiting)?.signalId ?? null });
process.disconnect();
