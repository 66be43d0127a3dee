/** Takers of one agent's signals that compete until told to stop, and then tell what they took. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import type { TakerArgument } from "../signals-told.ts";

const { url, agent, takers } = JSON.parse(process.argv[2]!) as TakerArgument;
const transport = await openTransport(url);
const stop = new AbortController();
process.once("message", () => stop.abort());
process.once("disconnect", () => stop.abort());
const taken: string[] = [];
const taking = Array.from({ length: takers }, async () => {
  const signals = new CoordinationSignals({ agentId: agent, transport });
  while (!stop.signal.aborted) {
    const signal = await signals.waitForSignal({ timeoutMs: 30_000, signal: stop.signal });
    if (signal) taken.push(signal.signalId);
  }
});
process.send!("ready");
await Promise.all(taking);
process.send!(taken);
await transport.close();
process.disconnect();
