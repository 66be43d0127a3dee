/** A consumer of a group in a process of its own: reads, acknowledges a part, and tells what became of it, until it is ended. */
import { setTimeout as pause } from "node:timers/promises";
import { openTransport } from "@attune/transport";
import type { WorkArgument, WorkReport } from "../group-worker.ts";

const { url, eventType, group, consumer, count, holdsEvery } = JSON.parse(process.argv[2]!) as WorkArgument;
const transport = await openTransport(url);
const { groups } = transport;
let ended = false;
process.on("disconnect", () => {
  ended = true;
});

const tell = (report: WorkReport) => {
  if (process.connected) process.send!(report);
};

tell({ delivered: [], acknowledged: [], ready: true });
process.once("message", () => void work());

async function work(): Promise<void> {
  let number = 0;
  while (!ended) {
    const [reading] = await groups.read({ eventTypes: [eventType], group, consumer, count });
    const entries = reading!.deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
    if (entries.length === 0) await pause(5);
    const done = entries.filter(() => ++number % holdsEvery !== 0);
    const answers = await groups.acknowledge({ eventType, group, entries: done });
    const acknowledged = done.filter((_, n) => answers[n]).map(({ id }) => id);
    if (entries.length > 0) tell({ delivered: entries.map(({ id }) => id), acknowledged, ready: false });
  }
  await transport.close();
}
