/** A worker of a group in a process of its own: notes what it has processed, until it is told to end, or is killed. */
import { openSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import {
  eventType,
  group,
  maxDeliveries,
  type Note,
  type Order,
  poisonText,
  type WorkArgument,
} from "../work.ts";

const argument = JSON.parse(process.argv[2]!) as WorkArgument;
const { url, ledger, poisonEvery, minIdleMs, count, operationTimeoutMs, handlerMs } = argument;
const warnings: string[] = [];
const warn = (message: string) => void warnings.push(message);
const transport = await openTransport(url, {
  logger: { debug: () => {}, info: () => {}, warn, error: warn },
  ...(operationTimeoutMs && { operationTimeoutMs }),
});
const notes = openSync(ledger, "a");
const note = (what: Note, n: number) => writeSync(notes, `${what} ${n}\n`);

/** How long the next handler stands still. */
let blockMs = 0;
const consumer = new EventStreamer({ transport }).consumeGroup({
  group,
  eventTypes: [eventType],
  autoAck: false,
  minIdleMs,
  maxDeliveries,
  retryDelayMs: 50,
  ...(count && { count }),
});
const running = consumer.run(async (event) => {
  const { n } = event.data as { n: number };
  if (poisonEvery > 0 && n % poisonEvery === 0) throw new Error(poisonText(n));
  if (handlerMs) await pause(handlerMs);
  if (blockMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
  blockMs = 0;
  note("processed", n);
  // Not waited for, as with `autoAck`.
  void event.ack().then((done) => note(done ? "acknowledged" : "refused", n));
});

process.on("message", (order: Order) => {
  if (order === "end") void end();
  else blockMs = order.block;
});
process.on("disconnect", () => process.exit());
await consumer.ready.catch(() => {}); // it may be told to end before
process.send!({ warnings });

async function end(): Promise<void> {
  await consumer.close();
  await running;
  await transport.close();
  process.send!({ warnings });
  process.disconnect();
}
