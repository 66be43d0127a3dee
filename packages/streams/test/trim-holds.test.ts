import { EventStreamer, trimHoldsBucket } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";

function hold({ records }: Transport, hold: unknown, leaseMs: number | null = 60_000, key = "archive") {
  return records.put({
    bucket: trimHoldsBucket,
    key,
    value: typeof hold === "string" ? hold : JSON.stringify(hold),
    leaseMs,
    keepMs: 0,
  });
}

async function lengthAfter(streamer: EventStreamer, eventType: string, count: number): Promise<number> {
  for (let n = 0; n < count; n++) await streamer.publishEvent(eventType, n);
  return (await streamer.getStreamInfo(eventType))!.length;
}

onEveryStore("a stream that an archive holds", (store) => {
  it("is trimmed to the length that the archive asked for, the others as ever", async () => {
    const transport = await store().open();
    await hold(transport, { event_types: ["held"], max_length: 300 });
    await hold(transport, "no JSON", 60_000, "broken");
    await hold(transport, { event_types: null, max_length: "x" }, 60_000, "odd");
    const streamer = new EventStreamer({ transport, maxLength: 10 });
    // Publishers learn of holds in the background.
    await streamer.publishEvent("held", 0);
    await until("it is known", async () => (await lengthAfter(streamer, "held", 150)) > 120);
    expect(await lengthAfter(streamer, "other", 300)).toBeLessThan(250);
  });
});

it("a hold ends with its lease", async () => {
  const clock = manualClock();
  const transport = await createMemoryTransport({ store: new MemoryStore({ clock }), clock });
  onTestFinished(() => transport.close());
  await hold(transport, { event_types: null, max_length: 100 }, 8_000);
  const streamer = new EventStreamer({ transport, maxLength: 10 });
  await streamer.publishEvent("a", 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lengthAfter(streamer, "a", 50)).toBe(51);
  await clock.advance(12_000);
  await streamer.publishEvent("a", 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lengthAfter(streamer, "a", 5)).toBe(10);
});
