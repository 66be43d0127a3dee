/** A sink that is slower than the publishers. */
import { setTimeout as pause } from "node:timers/promises";
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

it("one batch is written and one waits, not more, and nothing is lost", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 9000);
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.gate = promise;
  const archiving = archive({ batch: { count: 100, waitMs: 5 } });
  const run = archiving.run();
  await until("two batches wait", () => archiving.progress.waiting >= 200);
  for (let look = 0; look < 20; look++) {
    expect(archiving.progress.waiting).toBeLessThanOrEqual(200);
    await pause(5);
  }
  expect(archiving.progress.lagMs).toBeGreaterThan(0);
  resolve();
  await until("all are archived", () => archiving.progress.archived === 9000);
  expect(sink.mostAtOnce).toBe(1);
  expect(numbersOf(sink.rows)).toEqual(upTo(9000));
  await archiving.close();
  await run;
});
