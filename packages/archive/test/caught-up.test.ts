/** `until: "caught up"` ends, whatever happens to the streams meanwhile. */
import { AttuneError, transportWith } from "@attune/transport";
import { loggerInto, until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { Archive, type SinkBatch, type WriteOutcome } from "../src/index.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

it("ends once what was there when it began is archived", async () => {
  const { archive, publish, sink } = await onMemory();
  await archive().run({ until: "caught up" });
  expect(sink.rows).toEqual([]);
  await publish(1, 1234);
  await publish(1, 5, "other");
  const archiving = archive();
  await archiving.run({ until: "caught up" });
  expect(sink.rows).toHaveLength(1239);
  await archiving.run({ until: "caught up" });
  expect(sink.rows).toHaveLength(1239);
});

it("does not wait for what is deleted meanwhile", async () => {
  const { archive, publish, sink, streamer } = await onMemory();
  await publish(1, 3, "kept");
  await publish(1, 5000, "deleted");
  sink.gate = until("the stream is deleted", async () => (await streamer.getStreamInfo("deleted")) === null);
  const run = archive({ batch: { count: 10, waitMs: 5 } }).run({ until: "caught up" });
  await streamer.deleteStream("deleted");
  await run;
  expect(sink.rows.filter(({ eventType }) => eventType === "kept")).toHaveLength(3);
});

/** Of a feature's inner workings: followers of all types do not get it. */
async function appendInner({ streams }: Awaited<ReturnType<typeof onMemory>>["transport"]) {
  await streams.append([
    {
      eventType: "attune:retries",
      data: "1",
      source: "a",
      timestamp: new Date().toISOString(),
      maxLength: 100,
      idempotencyKey: undefined,
    },
  ]);
}

it("does not wait for streams of inner workings, which it does not follow", async () => {
  const { transport, archive, publish, sink } = await onMemory();
  await appendInner(transport);
  await publish(1, 10);
  await archive().run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual(upTo(10));
});

it("nor are those a reason to take over from an archiver that has nothing to do", async () => {
  const { transport, archive, publish, sink, warnings } = await onMemory();
  await appendInner(transport);
  const archives = [
    archive({ takeOverMs: 100 }),
    archive({ takeOverMs: 100, sink: new ScriptedSink(sink.store) }),
  ];
  const runs = archives.map((one) => one.run());
  let published = 0;
  await until("one stands by", async () => {
    await publish(published + 1, ++published);
    return archives.some(({ progress }) => progress.status === "standing by");
  });
  await until("all are archived", () => sink.rows.length === published);
  const standing = archives.find(({ progress }) => progress.status === "standing by")!;
  // Long enough to have taken over several times.
  const endsAt = performance.now() + 500;
  await until("it has looked often", () => performance.now() > endsAt);
  expect(standing.progress.status).toBe("standing by");
  expect(warnings.filter((one) => one.includes("taking over"))).toEqual([]);
  await Promise.all(archives.map((one) => one.close()));
  await Promise.all(runs);
});

it("has not caught up with what it has read and another archiver of its name has not written", async () => {
  const { archive, publish, sink } = await onMemory();
  await publish(1, 10);
  let isOther = true;
  class OtherSink extends ScriptedSink {
    override write(batch: SinkBatch): Promise<WriteOutcome> {
      return isOther && batch.rows.length > 0 ? Promise.resolve({ outcome: "conflict" }) : super.write(batch);
    }
  }
  const archiving = archive({ sink: new OtherSink(sink.store), takeOverMs: 100 });
  const run = archiving.run({ until: "caught up" });
  await until("it stands by", () => archiving.progress.status === "standing by");
  isOther = false;
  await run;
  expect(numbersOf(sink.rows)).toEqual(upTo(10));
});

it.each([
  ["a mistake is told, once for each place", new TypeError("Something is not a function"), 2],
  ["an outage is not told again", new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away."), 0],
])("who stands by and cannot look goes on looking: %s", async (_, failure, times) => {
  const { transport, archive, publish, sink, streamer } = await onMemory();
  await publish(1, 10);
  let isFailing = false;
  let failed = 0;
  const partly = transportWith(transport, {
    streams: {
      ...transport.streams,
      states: async (types) => {
        if (!isFailing) return transport.streams.states(types);
        failed++;
        throw failure;
      },
    },
  });
  // Somebody else's position, which does not move.
  class OtherSink extends ScriptedSink {
    override write(batch: SinkBatch): Promise<WriteOutcome> {
      isFailing = true;
      return batch.rows.length === 0 ? super.write(batch) : Promise.resolve({ outcome: "conflict" });
    }
  }
  const told: string[] = [];
  const logger = { ...loggerInto([]), error: (message: string) => void told.push(message) };
  const standing = archive({ transport: partly, sink: new OtherSink(sink.store), takeOverMs: 100, logger });
  const run = standing.run({ until: "caught up" });
  await until("it has looked often", () => failed >= 10);
  expect(standing.progress.status).toBe("standing by");
  expect(told).toHaveLength(times);
  for (const one of told) expect(one).toMatch(/^attune: Archive "archive": .*: Something is not a function$/);
  isFailing = false;
  await streamer.deleteStream("step");
  await run;
});

it("ends where a stream is deleted while another one brings something all the time", async () => {
  const { archive, publish, sink, streamer } = await onMemory();
  await publish(1, 5000, "deleted");
  await publish(1, 10, "busy");
  let published = 10;
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.gate = promise;
  const archiving = archive({ batch: { count: 10, waitMs: 1 } });
  let isRunning = true;
  const run = archiving.run({ until: "caught up" }).finally(() => {
    isRunning = false;
  });
  await until("it writes", () => sink.writing === 1);
  await streamer.deleteStream("deleted");
  const write = sink.write.bind(sink);
  // Whenever something is written, there is more.
  sink.write = async (batch) => {
    const last = published + 40;
    await publish(published + 1, last, "busy");
    published = last;
    return write(batch);
  };
  resolve();
  await until("it has ended", () => !isRunning);
  await run;
});

it("asks a store again that cannot tell what it holds", async () => {
  const { transport, publish } = await onMemory();
  await publish(1, 10);
  let failures = 0;
  const flaky = transportWith(transport, {
    streams: {
      ...transport.streams,
      list: async (options) => {
        if (failures++ < 2) throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");
        return transport.streams.list(options);
      },
    },
  });
  const sink = new ScriptedSink();
  await using archiving = new Archive({ transport: flaky, sink, batch: { waitMs: 5 } });
  await archiving.run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual(upTo(10));
  expect(failures).toBeGreaterThan(2);
});
