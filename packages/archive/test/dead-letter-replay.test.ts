/** What a sink has refused is written into it again: each row once. */
import { AttuneError, transportWith } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { Archive } from "../src/index.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

async function refused(count: number) {
  const found = await onMemory();
  await found.publish(1, count);
  found.sink.refuses = () => true;
  await found.archive().run({ until: "caught up" });
  found.sink.refuses = () => false;
  found.sink.writes.length = 0;
  return found;
}

it("a letter that was written, and not forgotten since the store went away or it was killed, is not written twice", async () => {
  const { transport, archive, sink } = await refused(5);
  const { streams, records } = transport;
  let deletions = 0;
  const flaky = transportWith(transport, {
    streams,
    records: {
      ...records,
      delete: async (bucket, key) => {
        if (++deletions === 3) throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");
        return records.delete(bucket, key);
      },
    },
  });
  const stopped = new Archive({ transport: flaky, sink });
  onTestFinished(() => stopped.close());
  expect(await stopped.replayDeadLetters()).toEqual({ replayed: 2, left: 0 });
  expect(sink.writes.flatMap(({ rows }) => numbersOf(rows))).toEqual([1, 2, 3]);
  expect(await archive().replayDeadLetters()).toEqual({ replayed: 3, left: 0 });
  expect(sink.writes.flatMap(({ rows }) => numbersOf(rows))).toEqual(upTo(5));
});

it("two replays at once write each once", async () => {
  const { archive, sink } = await refused(100);
  const other = new ScriptedSink(sink.store);
  const outcomes = await Promise.all([
    archive().replayDeadLetters(),
    archive({ sink: other }).replayDeadLetters(),
  ]);
  const written = [...sink.writes, ...other.writes].flatMap(({ rows }) => numbersOf(rows));
  expect(written.sort((one, other) => one - other)).toEqual(upTo(100));
  expect(outcomes.map(({ left }) => left)).toEqual([0, 0]);
  expect(await archive().replayDeadLetters()).toEqual({ replayed: 0, left: 0 });
});

it("a row whose dead letter cannot be stored now waits, also with onUnavailable: throw", async () => {
  const { transport, publish, sink } = await onMemory({ onUnavailable: "throw" });
  const { records } = transport;
  let isAway = true;
  const flaky = transportWith(transport, {
    records: {
      ...records,
      put: async (request) => {
        if (isAway) throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");
        return records.put(request);
      },
    },
  });
  await publish(1, 5);
  sink.refuses = ({ data }) => JSON.parse(data).n === 3;
  const archiving = new Archive({ transport: flaky, sink, batch: { waitMs: 5 } });
  onTestFinished(() => archiving.close());
  const run = archiving.run({ until: "caught up" });
  await until("it waits", () => archiving.progress.status === "waiting for the store");
  expect(sink.rows).toEqual([]);
  isAway = false;
  await run;
  expect(archiving.progress).toMatchObject({ archived: 4, refused: 1, lastError: "The store is away." });
});

it("an entry of somebody else whose source is too long for a record does not stop the archive", async () => {
  const { transport, archive, sink } = await onMemory();
  const source = "s".repeat(4 * transport.limits.maxPayloadBytes);
  const entry = {
    eventType: "step",
    timestamp: "2026-01-01T00:00:00Z",
    maxLength: 100,
    idempotencyKey: undefined,
  };
  await transport.streams.append([{ ...entry, data: "1", source: "a" }]);
  const follow = transport.follow.bind(transport);
  // As another program can write it into the store: no publisher of ours may.
  const foreign = transportWith(transport, {});
  Object.defineProperty(foreign, "follow", {
    value: (request: Parameters<typeof follow>[0]) =>
      follow({ ...request, decode: (found, type) => request.decode({ ...found, source }, type) }),
  });
  sink.refuses = () => true;
  const archiving = archive({ transport: foreign });
  await archiving.run({ until: "caught up" });
  expect(archiving.progress.refused).toBe(1);
});
