/** Uses the default transport and closes nothing: it must not keep the process, and no call may be cut off. */
import { CoordinationSignals } from "@attune/signals";

const [sender, receiver] = ["sender", "receiver"].map((agentId) => new CoordinationSignals({ agentId }));
const waiting = receiver!.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY });
const signalId = await sender!.signal({ signalType: "exit", targetAgent: "receiver" });
if ((await waiting)?.signalId !== signalId) throw new Error("the signal was not delivered");
if (await receiver!.waitForSignal({ timeoutMs: 50 })) throw new Error("a signal from nowhere");
process.send!("done");
process.disconnect();
