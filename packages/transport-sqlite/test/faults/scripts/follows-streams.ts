/** Follows streams from the beginning, and keeps count of what came. Told how much there is, it tells once it has it. */
import { compareIds, openTransport } from "@attune/transport";
import type { FollowerArgument, FollowerReport, Numbered } from "../traffic.ts";

/** Whatever was lost does not come any more after so long. */
const patienceMs = 20_000;

const { url, eventTypes } = JSON.parse(process.argv[2]!) as FollowerArgument;
const transport = await openTransport(url);
const follower = transport.follow({
  eventTypes,
  from: "beginning",
  decode: ({ data }) => JSON.parse(data!) as Numbered,
});
await follower.ready;

let received = 0;
let lost = 0;
let doubled = 0;
let outOfOrder = 0;
const lastIds = new Map<string, string>();
const last: Record<string, Record<string, number>> = {};

const following = (async () => {
  for (let batch = await follower.next(); batch; batch = await follower.next()) {
    const { eventType, items, gaps, idAt } = batch;
    lost += gaps.length;
    last[eventType] ??= {};
    const of = last[eventType];
    for (const [index, { writer, n }] of items.entries()) {
      received++;
      const id = idAt(index);
      if (compareIds(id, lastIds.get(eventType) ?? "0-0") <= 0) outOfOrder++;
      lastIds.set(eventType, id);
      const before = of[writer] ?? 0;
      if (n <= before) doubled++;
      else lost += n - before - 1;
      of[writer] = Math.max(before, n);
    }
  }
})();

process.on("disconnect", () => process.exit());
process.once("message", (total: number) => void tell(total));
process.send!("ready");

async function tell(total: number): Promise<void> {
  const until = performance.now() + patienceMs;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  while (received < total && performance.now() < until) await pause(10);
  // One more would be a second time.
  await pause(200);
  await follower.close();
  await following;
  process.send!({ received, lost, doubled, outOfOrder, last } satisfies FollowerReport);
  await transport.close();
  process.disconnect();
}
