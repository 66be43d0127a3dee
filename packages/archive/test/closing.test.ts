/** The ends of a run: closing, a signal, a transport that is closed under it. */
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

it("writes what was received", async () => {
  const { archive, publish, sink } = await onMemory();
  const archiving = archive({ batch: { waitMs: 60_000 } });
  const run = archiving.run();
  await until("it has begun", () => sink.store.positions.size === 1);
  await publish(1, 70);
  await until("they are received", () => archiving.progress.waiting === 70);
  await archiving.close();
  await run;
  expect(numbersOf(sink.rows)).toEqual(upTo(70));
  await expect(archiving.run()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
});

it("a signal ends a run, and the archive can be run again", async () => {
  const { archive, publish, sink } = await onMemory();
  const archiving = archive();
  const ending = new AbortController();
  const run = archiving.run({ signal: ending.signal });
  await publish(1, 10);
  await until("they are archived", () => archiving.progress.archived === 10);
  await expect(archiving.run()).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  ending.abort();
  await run;
  await publish(11, 20);
  await archiving.run({ signal: AbortSignal.abort() });
  expect(sink.rows).toHaveLength(10);
  await archiving.run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual(upTo(20));
});

it("a transport that is closed under it ends the run with ATTUNE_TRANSPORT_CLOSED", async () => {
  const { transport, archive, sink } = await onMemory();
  const run = archive().run();
  await until("it has begun", () => sink.store.positions.size === 1);
  await transport.close();
  await expect(run).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
});
