/** Agents that wait for broadcasts, and tell what each of them got, in order. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import type { BroadcastArgument } from "../signals-told.ts";

/** What has not come by then does not come any more. */
const patienceMs = 10_000;

const { url, agents, count } = JSON.parse(process.argv[2]!) as BroadcastArgument;
const transport = await openTransport(url);
process.send!("ready");
const heard = agents.map(async (agentId) => {
  const signals = new CoordinationSignals({ agentId, transport });
  const ids: string[] = [];
  while (ids.length < count) {
    const signal = await signals.waitForSignal({ timeoutMs: patienceMs });
    if (!signal) break;
    ids.push(signal.signalId);
  }
  // One more would be a second time.
  const extra = await signals.waitForSignal({ timeoutMs: 300 });
  return extra ? [...ids, extra.signalId] : ids;
});
process.send!(await Promise.all(heard));
await transport.close();
process.disconnect();
