/** A server that is away while events are published. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventStreamer } from "@attune/streams";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { openSink } from "../../../src/index.ts";
import { onMemory } from "../../support/on-memory.ts";
import { numbersIn, type RealStore } from "./real-store.ts";

const awayMs = 30_000;
/** A pause between attempts is up to 30 s long by then. */
const backWithinMs = 60_000;

interface Limits {
  /** Of a batch. */
  readonly count: number;
  readonly waitMs: number;
  /** Of the stream. */
  readonly maxLength: number;
}

async function archivingTo(store: RealStore, { count, waitMs, maxLength }: Limits) {
  const { transport, archive, warnings } = await onMemory();
  const sink = await openSink(store.url, { logger: loggerInto(warnings) });
  const archiving = archive({ sink, batch: { count, waitMs }, closeTimeoutMs: 10_000 });
  const running = archiving.run();
  running.catch(() => {}); // told by `end`
  const streamer = new EventStreamer({ transport, maxLength });
  let published = 0;
  return {
    archiving,
    warnings,
    get published() {
      return published;
    },
    async publish(events: number) {
      const batch = Array.from({ length: events }, () => ({ eventType: "step", data: { n: published++ } }));
      expect(await streamer.publishEvents(batch)).not.toContain("");
    },
    async allDealtWith() {
      const isDone = () => archiving.progress.archived + archiving.progress.missed === published;
      await until("all is archived, or told to be missing", isDone, backWithinMs);
    },
    async end() {
      await archiving.close();
      await running;
      await sink.close();
    },
    /** Where an expectation fails, the next test finds the server running. */
    async [Symbol.asyncDispose]() {
      await store.server.start();
      await this.end().catch(() => {});
    },
  };
}

const away = /Events wait until it works again\.$/;
const back = /the sink at .* works again\.$/;

export function awayForLong(store: RealStore): void {
  it("holds two batches while the server is away for 30 s, skips nothing, and tells it once", async () => {
    const count = 500;
    await using test = await archivingTo(store, { count, waitMs: 3000, maxLength: 1_000_000 });
    const { archiving, warnings } = test;
    let mostWaiting = 0;
    /** Goes on publishing for a while. */
    const publishFor = async (ms: number) => {
      for (const endsAt = performance.now() + ms; performance.now() < endsAt; ) {
        await test.publish(50);
        mostWaiting = Math.max(mostWaiting, archiving.progress.waiting);
        await sleep(100);
      }
    };
    await publishFor(1000);
    await until("it archives", () => archiving.progress.archived > 0);
    await store.server.kill();
    await publishFor(awayMs);
    const { status, archived } = archiving.progress;
    expect(status).toBe("waiting for the sink");
    // Far more than what is held.
    expect(test.published - archived).toBeGreaterThan(5 * count);
    await store.server.start();
    await publishFor(1000);
    await test.allDealtWith();
    await test.end();
    expect(mostWaiting).toBeGreaterThan(count);
    expect(mostWaiting).toBeLessThanOrEqual(2 * count);
    expect(archiving.progress.missed).toBe(0);
    expect(numbersIn(await store.rows())).toEqual(Array.from({ length: test.published }, (_, n) => n));
    expect(await store.countPlainly()).toBe(test.published);
    expect(warnings).toEqual([expect.stringMatching(away), expect.stringMatching(back)]);
  });
}

export function awayWhileTrimmed(store: RealStore): void {
  it("tells the exact number of what was trimmed while the server was away", async () => {
    const count = 100;
    await using test = await archivingTo(store, { count, waitMs: 20, maxLength: 1000 });
    const { archiving, warnings } = test;
    await test.publish(300);
    await test.allDealtWith();
    await store.server.kill();
    await test.publish(500);
    // Nothing more is taken in before the streams are trimmed: so there is one gap.
    await until("two batches wait", () => archiving.progress.waiting === 2 * count);
    for (let round = 0; round < 20; round++) await test.publish(500);
    await store.server.start();
    await test.allDealtWith();
    await test.end();
    const { missed } = archiving.progress;
    const numbers = numbersIn(await store.rows());
    const before = numbers.findIndex((n, index) => n !== index);
    expect(before).toBeGreaterThanOrEqual(300 + 2 * count);
    expect(missed).toBe(numbers[before]! - before);
    expect(missed).toBeGreaterThan(5000);
    // What was not missed is there once, in order.
    const there = Array.from({ length: test.published }, (_, n) => n);
    there.splice(before, missed);
    expect(numbers).toEqual(there);
    expect(await store.countPlainly()).toBe(there.length);
    expect(warnings).toEqual([
      expect.stringMatching(away),
      expect.stringMatching(back),
      `attune: Archive "archive": ${missed} events of "step" were gone before they could be archived: the stream was trimmed.`,
    ]);
  });
}
