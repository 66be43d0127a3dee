/** Streams of large entries: how many are read, and held, at a time. */
import { expect, it, onTestFinished } from "vitest";
import { createTransport, type StreamStore, type TransportAdapter } from "../../src/index.ts";

const eventType = "a";

/** A transport whose one stream holds so many entries of so many characters, and which notes how many were asked for. */
async function streamOf(entries: number, characters: number) {
  const asked: number[] = [];
  let given = 0;
  const data = "x".repeat(characters);
  const state = {
    eventType,
    length: entries,
    added: entries,
    oldestId: "1-0",
    lastId: `${entries}-0`,
    bytes: null,
  };
  const streams: Partial<StreamStore> = {
    states: async () => [state],
    list: async () => [eventType],
    async read(after, { count }) {
      const from = Number.parseInt(after.get(eventType)!, 10);
      const found = Array.from({ length: Math.min(count, entries - from) }, (_, index) => ({
        id: `${from + index + 1}-0`,
        eventType,
        timestamp: "2026-01-01T00:00:00.000Z",
        data,
        source: "s",
      }));
      if (found.length === 0) return [];
      asked.push(count);
      given = Math.max(given, from + found.length);
      return [{ eventType, entries: found, firstOrdinal: from + 1, oldestId: "1-0" }];
    },
  };
  const transport = await createTransport(
    (host) =>
      ({
        name: "large",
        location: "large:",
        capabilities: { sharedBy: "process", blockingRead: false, exactGaps: true },
        streams,
        bell: { watch: () => ({ ready: Promise.resolve(), close: () => {} }) },
        opened: async () => host.setAvailable(true),
        close: async () => {},
      }) as unknown as TransportAdapter,
  );
  onTestFinished(() => transport.close());
  return { transport, asked, given: () => given };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

it("a consumer that does not take what it follows holds a few megabytes of large entries, not a page of a thousand", async () => {
  const { transport, asked, given } = await streamOf(3000, 1024 * 1024);
  const follower = transport.follow({
    eventTypes: [eventType],
    from: "beginning",
    decode: (entry) => entry.id,
  });
  onTestFinished(() => follower.close());
  await follower.ready;
  await settled();
  // The first page, of which the size was not known, one that is queued or waits for its turn, and one that is being read.
  expect(asked[0]).toBe(100);
  expect(asked.slice(1).every((count) => count === 8)).toBe(true);
  expect(given()).toBeLessThanOrEqual(100 + 2 * 8);
  // As it is taken, the rest comes.
  let seen = 0;
  while (seen < 3000) seen += (await follower.next())!.items.length;
  expect(seen).toBe(3000);
});

it("small entries are read a thousand at a time, after the first hundred", async () => {
  const { transport, asked } = await streamOf(3000, 100);
  const follower = transport.follow({
    eventTypes: [eventType],
    from: "beginning",
    decode: (entry) => entry.id,
  });
  onTestFinished(() => follower.close());
  let seen = 0;
  while (seen < 3000) seen += (await follower.next())!.items.length;
  expect(asked).toEqual([100, 1000, 1000, 1000]);
});
