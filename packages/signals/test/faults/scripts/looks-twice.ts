/** Agents that look for a broadcast twice each, and tell what they got. Arguments: their ids. */
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";

await using transport = await openTransport();
process.send!("ready");
const looks = process.argv.slice(2).map(async (agentId) => {
  const signals = new CoordinationSignals({ agentId, transport });
  const first = await signals.waitForSignal({ signalType: "go", timeoutMs: 10_000 });
  const second = await signals.waitForSignal({ signalType: "go", timeoutMs: 300 });
  return [first?.signalId ?? null, second?.signalId ?? null];
});
process.send!(await Promise.all(looks));
process.disconnect();
