/** Opens, uses and closes everything; nothing may be left that keeps the process. */
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";

const transport = await openTransport();
const streamer = new EventStreamer({ transport });
const consumer = streamer.consumeEvents();
await consumer.ready;
await streamer.publishEvent("exit", { n: 1 });
for await (const event of consumer) {
  console.log(event.eventType);
  break;
}
const idle = streamer.consumeEvents();
await idle.ready;
await transport.close();
console.log("done");
