/** Rows that the sink cannot hold. */
import { DeadLetters } from "@attune/streams";
import { Degradation } from "@attune/transport";
import { expect, it } from "vitest";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

it("go to the dead letters with the reason, and the others are archived", async () => {
  const { transport, archive, publish, sink } = await onMemory();
  await publish(1, 1000);
  sink.refuses = ({ data }) => JSON.parse(data).n % 100 === 0;
  const archiving = archive({ batch: { count: 300, waitMs: 5 } });
  await archiving.run({ until: "caught up" });
  expect(archiving.progress).toMatchObject({ archived: 990, refused: 10 });
  expect(numbersOf(sink.rows)).toEqual(upTo(1000).filter((n) => n % 100 !== 0));
  const letters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
  const kept = await letters.list({ group: "archive:archive" }, 100);
  expect(kept.map(({ data }) => (data as { n: number }).n)).toEqual(upTo(10).map((n) => n * 100));
  expect(kept[0]).toMatchObject({ eventType: "step", error: "it is odd" });

  sink.refuses = ({ data }) => JSON.parse(data).n === 300;
  expect(await archiving.replayDeadLetters()).toEqual({ replayed: 9, left: 1 });
  sink.refuses = () => false;
  expect(await archiving.replayDeadLetters()).toEqual({ replayed: 1, left: 0 });
  expect(await archiving.replayDeadLetters()).toEqual({ replayed: 0, left: 0 });
  expect(numbersOf(sink.rows).sort((one, other) => one - other)).toEqual(upTo(1000));
});

it("a batch of nothing else moves the position", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 10);
  sink.refuses = () => true;
  await archive().run({ until: "caught up" });
  sink.refuses = () => false;
  const archiving = archive();
  await archiving.run({ until: "caught up" });
  expect(archiving.progress.archived).toBe(0);
  expect(sink.rows).toEqual([]);
});

it("an entry of a time that no calendar knows goes to the dead letters", async () => {
  const { transport, archive, sink } = await onMemory();
  const entry = { eventType: "step", data: "1", source: "a", maxLength: 100, idempotencyKey: undefined };
  await transport.streams.append([
    { ...entry, timestamp: "9999-12-31T23:30:00-05:00" },
    { ...entry, timestamp: "2026-01-01T00:00:00Z" },
  ]);
  const archiving = archive();
  await archiving.run({ until: "caught up" });
  expect(archiving.progress).toMatchObject({ archived: 1, refused: 1 });
  expect(sink.rows).toHaveLength(1);
});
