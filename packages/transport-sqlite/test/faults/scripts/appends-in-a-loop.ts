/** Awaits one append after the other, and nothing else, for 2 s: tells how many, and how long the event loop stood still. */
import { openTransport } from "@attune/transport";
import { LoopWatch } from "../loop-watch.ts";

const { url } = JSON.parse(process.argv[2]!) as { url: string };
const transport = await openTransport(url);
const timestamp = new Date().toISOString();
const request = { eventType: "looped", timestamp, data: "{}", source: "loop", maxLength: 1_000_000 };
await transport.streams.append([request]);
const loop = new LoopWatch();
const until = performance.now() + 2000;
let appended = 1;
while (performance.now() < until) {
  await transport.streams.append([request]);
  appended++;
}
process.send!({ appended, loop: loop.report() });
await transport.close();
process.disconnect();
