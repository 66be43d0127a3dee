/** Waits for ever and closes everything: nothing may be left that keeps the process. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";

const transport = await openTransport();
const signals = new CoordinationSignals({ agentId: "exit", transport, enableStreaming: true });
const waits = [
  signals.waitForSignal({ signalType: "never", timeoutMs: Number.POSITIVE_INFINITY }),
  signals.waitForAll({ count: 5, timeoutMs: Number.POSITIVE_INFINITY }),
];
await signals.signal({ signalType: "exit", targetAgent: "exit" });
if (!(await signals.waitForSignal({ signalType: "exit" }))) throw new Error("the signal was not delivered");
await signals.close();
if ((await Promise.all(waits)).some((wait) => wait !== null)) throw new Error("a wait did not end with null");
await transport.close();
process.send!("done");
process.disconnect();
