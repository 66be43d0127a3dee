/** Works, closes its consumer and its transport; nothing may be left that keeps the process. */
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { eventType, group } from "../work.ts";

const transport = await openTransport();
const streamer = new EventStreamer({ transport });
const abort = new AbortController();
const consumers = [
  streamer.consumeGroup({ group, signal: abort.signal }),
  streamer.consumeGroup({ group, eventTypes: [eventType] }),
];
// The events that fall to either: the other one has nothing but its waiting.
let seen = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
const running = consumers.map((consumer) => consumer.run(() => void (++seen === 100 && resolve())));
await Promise.all(consumers.map(({ ready }) => ready));
await streamer.publishEvents(Array.from({ length: 100 }, (_, n) => ({ eventType, data: { n } })));
await all;
abort.abort();
await consumers[0]!.close();
await consumers[1]!.close();
await Promise.all(running);
// One that was never used, and one that is closed by its transport.
await streamer.consumeGroup({ group: "unused" }).close();
const left = streamer.consumeGroup({ group: "left" });
await left.ready;
await transport.close();
await left.close();
console.log("done");
