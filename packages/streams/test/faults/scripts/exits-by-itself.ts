/** Uses the default transport and closes nothing: it must not keep the process, and no call may be cut off. */
import { EventStreamer } from "@attune/streams";

const streamer = new EventStreamer();
const id = await streamer.publishEvent("exit", { n: 1 });
const [event] = await streamer.getRecentEvents("exit", { count: 1 });
if (event?.eventId !== id) throw new Error("the event was not stored");
const consumer = streamer.consumeEvents({ eventTypes: ["exit"], from: "beginning" });
const first = await consumer.next();
if (first.done) throw new Error("the event was not delivered");
console.log("done");
