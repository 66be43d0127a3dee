/** Takers of one agent's signals that compete until told to stop, and then tell what they took. Arguments: agent id, how many. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";

const [agentId, takers] = process.argv.slice(2);
await using transport = await openTransport();
const stop = new AbortController();
process.once("message", () => stop.abort());
const taken: string[] = [];
const taking = Array.from({ length: Number(takers) }, async () => {
  const signals = new CoordinationSignals({ agentId: agentId!, transport });
  while (!stop.signal.aborted) {
    const signal = await signals.waitForSignal({ timeoutMs: 30_000, signal: stop.signal });
    if (signal) taken.push(signal.signalId);
  }
});
process.send!("ready");
await Promise.all(taking);
process.send!(taken);
process.disconnect();
