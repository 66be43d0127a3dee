/** Compile-time tests: checked by `npm run check:types`. */

import {
  defineEvent,
  EventStreamer,
  type GroupEvent,
  type OnceOutcome,
  type OnceStore,
  processOnce,
  recordsOnce,
  type StreamEvent,
} from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import { expectTypeOf } from "vitest";
import { z } from "zod";

const streamer = new EventStreamer();
const done = defineEvent("done", z.object({ n: z.number(), note: z.string().optional() }));
const coerced = defineEvent("coerced", z.object({ at: z.string().transform((text) => text.length) }));

// What may be published.
streamer.publishEvent("any", { a: [1, "two", null, { b: true }] });
interface Finding {
  file: string;
  line?: number;
}
declare const finding: Finding;
streamer.publishEvent("any", finding);
streamer.publishEvent(done, { n: 1 });
streamer.publishEvent(coerced, { at: "text" });
// @ts-expect-error a Date is not JSON
streamer.publishEvent("any", { at: new Date() });
// @ts-expect-error a BigInt is not JSON
streamer.publishEvent("any", { n: 1n });
// @ts-expect-error a function is not JSON
streamer.publishEvent("any", { f: () => 1 });
// @ts-expect-error does not fit the schema
streamer.publishEvent(done, { n: "one" });
// @ts-expect-error the schema's input is wanted, not its output
streamer.publishEvent(coerced, { at: 4 });

// What a consumer gets.
expectTypeOf(streamer.consumeEvents()).toExtend<AsyncIterable<StreamEvent>>();
for await (const event of streamer.consumeEvents({ eventTypes: [done, coerced, "plain"] })) {
  expectTypeOf(event.eventType).toEqualTypeOf<"done" | "coerced" | "plain">();
  if (event.eventType === "done" && event.valid) {
    expectTypeOf(event.data).toEqualTypeOf<{ n: number; note?: string | undefined }>();
    expectTypeOf(event.invalidReason).toEqualTypeOf<undefined>();
  }
  if (event.eventType === "coerced" && event.valid) expectTypeOf(event.data).toEqualTypeOf<{ at: number }>();
  if (event.eventType === "plain" && event.valid) expectTypeOf(event.data).toEqualTypeOf<JsonValue>();
  if (!event.valid) expectTypeOf(event.invalidReason).toEqualTypeOf<string>();
}
const [recent] = await streamer.getRecentEvents(done);
if (recent?.valid) expectTypeOf(recent.data.n).toEqualTypeOf<number>();
expectTypeOf(streamer.getRecentEvents("plain")).resolves.toEqualTypeOf<StreamEvent<"plain">[]>();
expectTypeOf(streamer.publishEvents([{ eventType: done, data: { n: 1 } }])).resolves.toEqualTypeOf<
  string[]
>();

// What was received can be sent on.
const received = null as unknown as JsonValue;
await streamer.publishEvent("forwarded", received);
await streamer.publishEvent("forwarded", { payload: received });
// @ts-expect-error: a Date does not survive JSON, wherever it is
await streamer.publishEvent("forwarded", { payload: received, at: new Date() });

// What a consumer of a group gets.
for await (const event of streamer.consumeGroup({ group: "g", eventTypes: [done, "plain"] })) {
  expectTypeOf(event.eventType).toEqualTypeOf<"done" | "plain">();
  expectTypeOf(event.deliveryCount).toEqualTypeOf<number>();
  expectTypeOf(event.ack()).resolves.toEqualTypeOf<boolean>();
  if (event.eventType === "done" && event.valid) expectTypeOf(event.data.n).toEqualTypeOf<number>();
  if (event.eventType === "plain" && event.valid) expectTypeOf(event.data).toEqualTypeOf<JsonValue>();
}
await streamer.consumeGroup({ group: "g" }).run((event) => {
  expectTypeOf(event).toExtend<GroupEvent>();
  expectTypeOf(event.eventType).toEqualTypeOf<string>();
});
// @ts-expect-error a consumer is of a group
streamer.consumeGroup({ eventTypes: ["plain"] });

// What an effect gets is what its store writes with, and what it gives comes back.
declare const event: GroupEvent;
interface Transaction {
  insert(row: string): Promise<void>;
}
declare const database: OnceStore<Transaction>;
expectTypeOf(
  processOnce(event, database, async (transaction) => {
    expectTypeOf(transaction).toEqualTypeOf<Transaction>();
    return 7;
  }),
).resolves.toEqualTypeOf<OnceOutcome<number>>();
declare const transport: import("@attune/transport").Transport;
expectTypeOf(processOnce(event, recordsOnce({ transport }), async () => "x")).resolves.toEqualTypeOf<
  OnceOutcome<string>
>();
