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

it("a store that cannot be opened is told in the error, by calls and by consumers", async () => {
  vi.stubEnv("ATTUNE_URL", "nowhere:");
  const streamer = new EventStreamer();
  const invalid = { code: "ATTUNE_URL_INVALID", message: expect.stringContaining("nowhere:") };
  await expect(streamer.publishEvent("x", 1)).rejects.toMatchObject(invalid);
  await expect(streamer.consumeEvents().next()).rejects.toMatchObject(invalid);
});
