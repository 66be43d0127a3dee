/** A sink that is away, loses its answers, or will never take anything. */
import { EventStreamer } from "@attune/streams";
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { sinkRefused, sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

it("events wait, with one warning and one when it is over, and nothing is skipped or doubled", async () => {
  const { archive, publish, sink, warnings } = await onMemory();
  sink.failure = sinkUnavailable("The sink is away");
  const archiving = archive();
  const run = archiving.run();
  await until("it waits", () => archiving.progress.status === "waiting for the sink");
  sink.failure = undefined;
  await publish(1, 100);
  await until("they are archived", () => archiving.progress.archived === 100);
  expect(archiving.progress).toMatchObject({ status: "running", lastError: "The sink is away." });
  sink.failure = sinkUnavailable("The sink is away");
  await publish(101, 300);
  await until("it tries", () => archiving.progress.retries >= 2);
  expect(archiving.progress.status).toBe("waiting for the sink");
  expect(warnings.filter((one) => one.includes("is away"))).toHaveLength(2);
  sink.failure = undefined;
  await until("all are archived", () => archiving.progress.archived === 300);
  expect(numbersOf(sink.rows)).toEqual(upTo(300));
  expect(warnings).toEqual([
    'attune: Archive "archive": The sink is away. Events wait until it works again.',
    'attune: Archive "archive": the sink at memory works again.',
    'attune: Archive "archive": The sink is away. Events wait until it works again.',
    'attune: Archive "archive": the sink at memory works again.',
  ]);
  await archiving.close();
  await run;
});

it("a write whose answer was lost is not written twice", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 500);
  sink.lostAnswers = 3;
  const archiving = archive({ batch: { count: 100, waitMs: 5 } });
  await archiving.run({ until: "caught up" });
  expect(sink.writes.flatMap(({ rows }) => numbersOf(rows))).toEqual(upTo(500));
  expect(archiving.progress).toMatchObject({ archived: 500, retries: 3 });
});

it("what was trimmed meanwhile is told with its number", async () => {
  const { transport, archive, publish, sink, warnings } = await onMemory();
  const trimming = new EventStreamer({ transport, maxLength: 1000 });
  await publish(1, 10);
  const archiving = archive({ batch: { count: 10, waitMs: 5 } });
  const run = archiving.run();
  await until("the first are archived", () => archiving.progress.archived === 10);
  sink.failure = sinkUnavailable("The sink is away");
  for (let batch = 0; batch < 60; batch++) {
    await trimming.publishEvents(
      Array.from({ length: 500 }, (_, n) => ({ eventType: "step", data: { n: batch * 500 + n } })),
    );
  }
  sink.failure = undefined;
  await until(
    "what is left is archived",
    () => archiving.progress.archived + archiving.progress.missed === 30_010,
  );
  const { missed } = archiving.progress;
  expect(missed).toBeGreaterThan(20_000);
  expect(sink.rows).toHaveLength(30_010 - missed);
  expect(warnings.filter((one) => one.includes(`${missed} events of "step" were gone`))).toHaveLength(1);
  await archiving.close();
  await run;
});

it("closing while it is away ends in bounded time, and what was received is archived by the next one", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 50);
  const archiving = archive({ closeTimeoutMs: 50 });
  const run = archiving.run();
  await until("they are archived", () => archiving.progress.archived === 50);
  sink.failure = sinkUnavailable("The sink is away");
  await publish(51, 80);
  await until("it waits", () => archiving.progress.status === "waiting for the sink");
  await Promise.all([archiving.close(), archiving.close()]);
  await run;
  sink.failure = undefined;
  await archive().run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual(upTo(80));
});

it("one that will never take anything ends the run with ATTUNE_SINK_REFUSED", async () => {
  const { archive, publish, sink } = await onMemory();
  const archiving = archive();
  const run = archiving.run();
  await until("it has begun", () => sink.store.positions.size === 1);
  sink.failure = sinkRefused("permission denied for table events");
  await publish(1, 1);
  await expect(run).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
  expect(archiving.progress.lastError).toBe("permission denied for table events.");
  sink.failure = undefined;
  await archiving.run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual([1]);
});
