/** Two archivers of one name: one stands by. */
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

it("one stands by, takes over when the other stops, and every event is there once", async () => {
  const { transport, archive, publish, sink, warnings } = await onMemory();
  const otherSink = new ScriptedSink(sink.store);
  const first = archive({ takeOverMs: 200 });
  const second = archive({ takeOverMs: 200, sink: otherSink });
  const ending = new AbortController();
  const runs = [first.run({ signal: ending.signal }), second.run()];
  const statuses = () => [first, second].map(({ progress }) => progress.status).sort();
  let published = 0;
  await until("one stands by", async () => {
    await publish(published + 1, published + 5);
    published += 5;
    return statuses().join() === "running,standing by";
  });
  const isFirstRunning = first.progress.status === "running";
  if (isFirstRunning) {
    ending.abort();
    await runs[0];
  } else {
    await second.close();
    await runs[1];
  }
  const survivor = isFirstRunning ? second : first;
  await publish(published + 1, published + 100);
  published += 100;
  await until("the other takes over", () => sink.rows.length === published);
  expect(survivor.progress.status).toBe("running");
  expect(numbersOf(sink.rows)).toEqual(upTo(published));
  const written = [...sink.writes, ...otherSink.writes].flatMap(({ rows }) => rows.length);
  expect(written.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(published);
  expect(warnings.filter((one) => one.includes("another archiver of this name"))).toHaveLength(1);
  expect(transport.status).toBe("available");
  await survivor.close();
  await Promise.all(runs);
});
