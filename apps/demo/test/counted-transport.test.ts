import { EventStreamer } from "@attune/streams";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { expect, it } from "vitest";
import { CountedTransport } from "../src/audit/counted-transport.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";

it("counts what is stored and what is not, by type, whoever publishes", async () => {
  const store = new MemoryStore();
  await using inner = await createMemoryTransport({ store, logger: silentLogger });
  const ledger = new PublishLedger();
  const { transport } = new CountedTransport(inner, ledger);
  const streamer = new EventStreamer({ transport });
  await streamer.publishEvents([
    { eventType: "a", data: 1 },
    { eventType: "b", data: 2 },
    { eventType: "a", data: 3 },
  ]);
  const end = store.simulateOutage();
  expect(await streamer.publishEvent("b", 4)).toBe("");
  end();
  expect(ledger.stored).toEqual({ a: 2, b: 1 });
  expect(ledger.notStored).toEqual({ b: 1 });
  expect(await new EventStreamer({ transport: inner }).getRecentEvents("a")).toHaveLength(2);
});

it("counts an event once that is published again with its key, at the same time or later", async () => {
  await using inner = await createMemoryTransport();
  const ledger = new PublishLedger();
  const { transport } = new CountedTransport(inner, ledger);
  const streamer = new EventStreamer({ transport });
  const publish = (key: string) => streamer.publishEvent("a", 1, { idempotencyKey: key });
  await Promise.all([publish("one"), publish("one"), publish("another")]);
  await publish("one");
  expect(ledger.stored).toEqual({ a: 2 });
  expect(await new EventStreamer({ transport: inner }).getRecentEvents("a")).toHaveLength(2);
});

it("has counted everything once it is settled, also what nobody waits for", async () => {
  await using inner = await createMemoryTransport();
  const ledger = new PublishLedger();
  const counted = new CountedTransport(inner, ledger);
  const streamer = new EventStreamer({ transport: counted.transport });
  void streamer.publishEvent("a", 1);
  void streamer.publishEvents([{ eventType: "a", data: 2 }]);
  expect(ledger.stored).toEqual({});
  await counted.settled();
  expect(ledger.stored).toEqual({ a: 2 });
});
