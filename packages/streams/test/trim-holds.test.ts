import { EventStreamer, readTrimHold, trimHoldsBucket } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onEveryStore } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";

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

const whole = {
  archive: "archive",
  archive_id: "a",
  event_types: null,
  max_length: 300,
  keep: 10,
  archived: { step: "1769515200000-0", ["__proto__"]: "1-18446744073709551615" },
};

const damaged = [
  "no JSON",
  "",
  "null",
  "[]",
  { ...whole, max_length: "300" },
  { ...whole, max_length: 0 },
  { ...whole, max_length: 1e300 },
  { ...whole, event_types: "other" },
  { ...whole, event_types: ["other", 1] },
  { max_length: 300 },
  { ...whole, archive_id: 1 },
  { ...whole, keep: "10" },
  { ...whole, keep: 0 },
  { ...whole, archived: ["1-0"] },
  { ...whole, archived: { step: 1 } },
  { ...whole, archived: { step: "1-0 or so" } },
];

describe("the record of a hold", () => {
  it("is read as it was written, whatever types are called, and with what later versions add", () => {
    expect(readTrimHold(JSON.stringify({ ...whole, more: 1 }))).toEqual({ ...whole, more: 1 });
    const { archived } = readTrimHold(JSON.stringify(whole))!;
    expect(Object.entries(archived!)).toEqual(Object.entries(whole.archived));
    expect(readTrimHold('{"event_types":["a"],"max_length":1}')).toEqual({
      event_types: ["a"],
      max_length: 1,
    });
  });

  it.each(damaged)("is none where it is damaged: %j", (value) => {
    expect(readTrimHold(typeof value === "string" ? value : JSON.stringify(value))).toBeUndefined();
  });
});

onEveryStore("a stream that an archive holds", (store) => {
  it("is trimmed to the length that the archive asked for, the others as ever", async () => {
    const transport = await store().open();
    await hold(transport, { event_types: ["held"], max_length: 300 });
    for (const [index, value] of damaged.entries()) await hold(transport, value, 60_000, `damaged ${index}`);
    const streamer = new EventStreamer({ transport, maxLength: 10 });
    expect(await lengthAfter(streamer, "held", 150)).toBe(150);
    expect(await lengthAfter(streamer, "other", 300)).toBeLessThan(250);
  });

  it("is not trimmed by who publishes for the first time", async () => {
    const { open } = store();
    const transport = await open();
    await hold(transport, { event_types: null, max_length: 1000 });
    const long = new EventStreamer({ transport, maxLength: 1000 });
    await long.publishEvents(Array.from({ length: 500 }, (_, n) => ({ eventType: "held", data: n })));
    const others = [await open(), await open()].map(
      (other) => new EventStreamer({ transport: other, maxLength: 10 }),
    );
    await others[0]!.publishEvent("held", 500);
    await others[1]!.publishEvents([{ eventType: "held", data: 501 }]);
    expect((await long.getStreamInfo("held"))!.length).toBe(502);
  });
});

it("who publishes already learns of a hold within five seconds", async () => {
  const clock = manualClock();
  const transport = await createMemoryTransport({ store: new MemoryStore({ clock }), clock });
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport, maxLength: 10 });
  expect(await lengthAfter(streamer, "a", 20)).toBe(10);
  await hold(transport, { event_types: ["a"], max_length: 100 });
  await clock.advance(5_000);
  await streamer.publishEvent("a", 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lengthAfter(streamer, "a", 20)).toBe(30);
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
