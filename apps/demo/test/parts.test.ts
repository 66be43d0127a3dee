import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { describe, expect, it, onTestFinished } from "vitest";
import { defineMeasurement, measure } from "../src/measurement.ts";
import { liveConsumer } from "../src/parts/live-consumer.ts";
import { streamReader } from "../src/parts/stream-reader.ts";
import type { Part } from "../src/processes/part.ts";
import { Parts } from "../src/processes/parts.ts";
import { emptyFolder, isAlive } from "./run-demo.ts";

// As the demonstrations are run: a part's process takes this over.
process.execArgv.push("--conditions=@attune/source");

async function scene(store: "file" | "memory") {
  const url = store === "file" ? `sqlite:${emptyFolder()}/attune.db` : "memory:";
  const transport = await openTransport(url);
  const interruption = new AbortController();
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const parts = new Parts({ transport, url, print, ending: interruption.signal });
  onTestFinished(async () => {
    await parts.close();
    await transport.close();
  });
  const measured = defineMeasurement("measured");
  const streamer = new EventStreamer({ transport });
  const publish = (count: number) =>
    streamer.publishEvents(
      Array.from({ length: count }, (_, index) => ({ eventType: measured, data: measure(index + 1) })),
    );
  return { parts, publish, interruption, lines };
}

const waiting = { eventType: "measured", from: "now" } as const;

describe("a part", { timeout: 90_000 }, () => {
  it("lives in a process of its own where processes share the store, which is gone when it gives its result", async () => {
    const { parts, publish } = await scene("file");
    await publish(4);
    const reader = parts.start(streamReader, { first: "measured", second: "other" });
    expect(parts.apart).toBe(true);
    expect(reader.processId).toBeGreaterThan(0);
    expect(reader.processId).not.toBe(process.pid);
    const { info, recent } = await reader.result;
    expect(recent).toEqual([4, 3, 2]);
    expect(info?.newestAt).toBeInstanceOf(Date);
    expect(isAlive(reader.processId!)).toBe(false);
  });

  it("lives in this process on memory, and shows its lines without a number in front", async () => {
    const { parts, publish, lines } = await scene("memory");
    const consumer = parts.start(liveConsumer, { ...waiting, count: 2 });
    expect([parts.apart, consumer.processId, consumer.place]).toEqual([false, null, "this process"]);
    await consumer.ready;
    await publish(2);
    expect((await consumer.result).seen).toEqual([1, 2]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^ {3}1 .* ms after it was measured/);
  });

  it.each(["file", "memory"] as const)("ends when everything does (%s)", async (store) => {
    const { parts, interruption } = await scene(store);
    const consumer = parts.start(liveConsumer, waiting);
    await consumer.ready;
    interruption.abort();
    expect((await consumer.result).seen).toEqual([]);
  });

  it.each(["file", "memory"] as const)(
    "ends, with its process, when the parts are closed (%s)",
    async (store) => {
      const { parts } = await scene(store);
      const consumer = parts.start(liveConsumer, waiting);
      await parts.close();
      await expect(consumer.result).resolves.toMatchObject({ seen: [] });
      if (consumer.processId !== null) expect(isAlive(consumer.processId)).toBe(false);
    },
  );

  it("that is killed by somebody else fails everything, with a message that names it", async () => {
    const { parts } = await scene("file");
    const consumer = parts.start(liveConsumer, waiting);
    await consumer.ready;
    process.kill(consumer.processId!, "SIGKILL");
    const message = `The live consumer, process ${consumer.processId}, ended in the middle (SIGKILL).`;
    await expect(consumer.result).rejects.toMatchObject({ name: "DemonstrationError", message });
    expect(parts.ending.aborted).toBe(true);
  });

  it.each(["file", "memory"] as const)("that the demonstration kills fails nothing (%s)", async (store) => {
    const { parts } = await scene(store);
    const consumer = parts.start(liveConsumer, waiting);
    await consumer.ready;
    await consumer.kill();
    if (consumer.processId !== null) expect(isAlive(consumer.processId)).toBe(false);
    expect(parts.ending.aborted).toBe(false);
  });

  it("that hangs is killed in the end", async () => {
    const { parts } = await scene("file");
    const consumer = parts.start(liveConsumer, waiting);
    await consumer.ready;
    process.kill(consumer.processId!, "SIGSTOP");
    await parts.close();
    expect(isAlive(consumer.processId!)).toBe(false);
    await expect(consumer.result).rejects.toThrow("ended in the middle (SIGKILL)");
  });

  it("ends by itself when its process is asked to", async () => {
    const { parts } = await scene("file");
    const consumer = parts.start(liveConsumer, waiting);
    await consumer.ready;
    process.kill(consumer.processId!, "SIGTERM");
    await expect(consumer.result).resolves.toMatchObject({ seen: [] });
  });

  it("that fails says why, to who waits for it to be ready too", async () => {
    const { parts } = await scene("file");
    const nobody: Part<null, null> = { name: "nobody", run: async () => null };
    const running = parts.start(nobody, null);
    const message = `The nobody, process ${running.processId}, failed: there is no part of that name.`;
    await expect(running.ready).rejects.toMatchObject({ message });
    await expect(running.result).rejects.toMatchObject({ message });
    expect(parts.ending.aborted).toBe(true);
  });

  it.each(["file", "memory"] as const)(
    "that ends before it is ready leaves nobody waiting (%s)",
    async (store) => {
      const { parts } = await scene(store);
      const reader = parts.start(streamReader, { first: "a", second: "b" });
      await expect(reader.ready).rejects.toThrow(/ended before it was ready/);
      await expect(reader.result).resolves.toMatchObject({ info: null, listed: [] });
    },
  );
});
