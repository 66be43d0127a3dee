/** `until: "caught up"` ends, whatever happens to the streams meanwhile. */
import { AttuneError, transportWith } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { Archive } from "../src/index.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

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
