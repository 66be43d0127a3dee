import { EventStreamer } from "@attune/streams";
import { defaultTransport } from "@attune/transport";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

it("streamers without a transport share one, opened from ATTUNE_URL on first use", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const [a, b] = [new EventStreamer(), new EventStreamer()];
  const consumer = b.consumeEvents({ eventTypes: ["x"] });
  await consumer.ready;
  const id = await a.publishEvent("x", { n: 1 });
  expect((await consumer.next()).value).toMatchObject({ eventId: id });
  await consumer.close();
  const transport = await defaultTransport();
  expect(transport.name).toBe("memory");
  await transport.close();
});

it("an adapter that is not installed is named in the error, by calls and by consumers", async () => {
  vi.stubEnv("ATTUNE_URL", "sqlite:nowhere.db");
  const streamer = new EventStreamer();
  const missing = {
    code: "ATTUNE_ADAPTER_MISSING",
    message: expect.stringContaining("npm install @attune/transport-sqlite"),
  };
  await expect(streamer.publishEvent("x", 1)).rejects.toMatchObject(missing);
  await expect(streamer.consumeEvents().next()).rejects.toMatchObject(missing);
});
