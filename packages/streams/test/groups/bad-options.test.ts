import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";

it("bad options are refused at once, before anything is sent", async () => {
  const transport = await openTransport("memory:");
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport });
  const bad: object[] = [
    { group: "" },
    { group: "x".repeat(257) },
    { group: 7 },
    { consumer: "" },
    { consumer: "attune:x" },
    { from: "end" },
    { minIdleMs: 0 },
    { minIdleMs: Number.NaN },
    { maxDeliveries: 0 },
    { maxDeliveries: 1.5 },
    { concurrency: 0 },
    { concurrency: 10_001 },
    { count: 0 },
    { count: 10_001 },
    { retryDelayMs: -1 },
    { blockMs: 1 },
    { drainTimeoutMs: -1 },
    { eventTypes: [] },
  ];
  for (const options of bad) {
    expect(() => streamer.consumeGroup({ group: "g", ...options }), JSON.stringify(options)).toThrowError(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
  }
  expect(() => streamer.consumeGroup({ group: "g", eventTypes: [""] })).toThrowError(
    expect.objectContaining({ code: "ATTUNE_EVENT_TYPE_INVALID" }),
  );
  expect(await transport.streams.list({ thorough: true })).toEqual([]);
});
