/** A full disk: events wait, with one warning, and once there is space every one of them is there once. */
import { join } from "node:path";
import { until } from "@attune-tools/every-store";
import { mountedFolder, whyNoMount } from "@attune-tools/mounted-folder";
import { describe, expect, it, vi } from "vitest";
import { collected } from "../src/conformance/collected.ts";
import { makeSink } from "../src/index.ts";
import type { Sink } from "../src/sink.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const kinds = ["jsonl", "sqlite", "duckdb"];
const urlOf = (kind: string, folder: string) => `${kind}:${join(folder, "archive")}`;

describe.skipIf(whyNoMount !== undefined)(`a full disk (${whyNoMount ?? "in memory"})`, () => {
  it.each(kinds)("%s: events wait, and every one is there once when there is space", async (kind) => {
    const { path: folder, fill, makeSpace } = mountedFolder("size=24m,mode=700");
    const { archive, streamer, warnings } = await onMemory();
    const sink = await makeSink(urlOf(kind, folder), { timeoutMs: 1000 });
    const archiving = archive({ sink, batch: { count: 100, waitMs: 5 } });
    const run = archiving.run();
    let published = 0;
    const publish = async () => {
      const events = Array.from({ length: 100 }, () => ({
        eventType: "step",
        data: { n: ++published, everything: "x".repeat(1000) },
      }));
      await streamer.publishEvents(events);
    };
    await publish();
    await until("the first are archived", () => archiving.progress.archived === 100, 30_000);
    for (let round = 0; round < 3; round++) {
      fill(200_000);
      await until(
        "it is full",
        async () => {
          await publish();
          return archiving.progress.status === "waiting for the sink";
        },
        30_000,
      );
      expect(archiving.progress.archived).toBeLessThan(published);
      makeSpace();
      await until("all are archived", () => archiving.progress.archived === published, 40_000);
    }
    await archiving.close();
    await run;
    expect(warnings.filter((one) => one.includes("Events wait"))).toHaveLength(3);
    expect(warnings.filter((one) => one.includes("the sink at"))).toHaveLength(3);
    const rows = await collected(stored(sink));
    expect(numbersOf(rows)).toEqual(upTo(published));
    await sink.close();
    await using again = await makeSink(urlOf(kind, folder));
    await again.open();
    expect(await collected(stored(again))).toHaveLength(published);
  });

  it.each(kinds)("%s: a disk that is full from the beginning", async (kind) => {
    const { path: folder, fill, makeSpace } = mountedFolder("size=24m,mode=700");
    fill(0);
    const { archive, publish } = await onMemory();
    await using sink = await makeSink(urlOf(kind, folder), { timeoutMs: 1000 });
    const archiving = archive({ sink });
    await publish(1, 100);
    const run = archiving.run();
    await until("it waits", () => archiving.progress.status === "waiting for the sink", 30_000);
    makeSpace();
    await until("all are archived", () => archiving.progress.archived === 100, 40_000);
    await archiving.close();
    await run;
    expect(numbersOf(await collected(stored(sink)))).toEqual(upTo(100));
  });
});

function stored(sink: Sink) {
  return sink.query!({});
}
