/** Has nothing but a consumer that waits, on the default transport: that keeps the process, until an event comes. */
import { EventStreamer } from "@attune/streams";
import { eventType, group } from "../work.ts";

const consumer = new EventStreamer().consumeGroup({ group, eventTypes: [eventType] });
await consumer.ready;
console.log("waiting");
for await (const event of consumer) {
  console.log(event.eventType);
  break;
}
console.log("done");
