/** An agent that waits for signals and answers each at once, until one says that it is the last. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import type { EchoArgument } from "../signals-told.ts";

const { url, agent, caller } = JSON.parse(process.argv[2]!) as EchoArgument;
const transport = await openTransport(url);
const signals = new CoordinationSignals({ agentId: agent, transport });
process.on("disconnect", () => process.exit());
process.send!("ready");
for (;;) {
  const signal = await signals.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY });
  if (signal?.signalType === "last") break;
  await signals.signal({ signalType: "answer", targetAgent: caller, payload: signal?.payload ?? null });
}
await transport.close();
process.disconnect();
