/** A page whose stream was trimmed past it before its state was read, between pages that other reads saw in time. */
import {
  type Cursor,
  createTransport,
  type ReadOptions,
  type StreamEntry,
  type StreamPage,
  type StreamState,
  silentLogger,
} from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";
import { toPage } from "../src/stream-reply.ts";
import { eventually, follow } from "./opened.ts";

/** The stream once it was given the entries 1-0 to `added`-0 and trimmed to those from `oldest` on. */
const stateAt = (added: number, oldest: number): StreamState => ({
  eventType: "a",
  length: added - oldest + 1,
  added,
  oldestId: `${oldest}-0`,
  lastId: `${added}-0`,
  bytes: null,
});

const pageOf = (first: number, last: number, state: StreamState): StreamPage => {
  const entries = Array.from({ length: last - first + 1 }, (_, n): StreamEntry => {
    const number = first + n;
    return { id: `${number}-0`, eventType: "a", timestamp: "t", data: String(number), source: "s" };
  });
  return toPage("a", entries, state);
};

it("each follower is told as many missing as are missing, and never of a reset", async () => {
  const ownReads: StreamPage[][] = [];
  const tailReads: ((pages: StreamPage[]) => void)[] = [];
  const unused = () => Promise.reject(new Error("not used here"));
  const transport = await createTransport(
    (host) => ({
      name: "scripted",
      location: "here",
      capabilities: { sharedBy: "process", blockingRead: true, exactGaps: true },
      streams: {
        append: unused,
        range: unused,
        list: unused,
        trim: unused,
        trimBefore: unused,
        delete: unused,
        states: async () => [stateAt(115, 111)],
        read: async (_: unknown, { blockMs, interrupt }: ReadOptions) => {
          if (blockMs === 0) return ownReads.shift() ?? [];
          return new Promise<StreamPage[]>((resolve) => {
            tailReads.push(resolve);
            interrupt?.addEventListener("abort", () => resolve([]));
          });
        },
      },
      groups: {
        create: unused,
        read: unused,
        claim: unused,
        acknowledge: unused,
        extend: unused,
        handBack: unused,
        pending: unused,
        states: unused,
        leave: unused,
        delete: unused,
      },
      mailboxes: { post: unused, take: unused, restore: unused, list: unused, clear: unused },
      records: {
        put: unused,
        get: unused,
        list: unused,
        count: unused,
        delete: unused,
        claimExpired: unused,
        settleExpired: unused,
      },
      bell: { watch: () => ({ ready: Promise.resolve(), close: () => {} }) },
      info: unused,
      async opened() {
        host.setAvailable(true);
      },
      async close() {},
    }),
    { logger: silentLogger },
  );
  onTestFinished(() => transport.close());
  const from: Cursor = { version: 1, positions: [{ eventType: "a", id: "99-0", ordinal: 99 }] };

  const early = follow(transport, { eventTypes: ["a"], from });
  await eventually(() => expect(tailReads).toHaveLength(1));
  // This one reads 100 to 105; before their state is read, everything up to 110 is trimmed away.
  ownReads.push([pageOf(100, 105, stateAt(115, 111))]);
  const late = follow(transport, { eventTypes: ["a"], from });
  await eventually(() => expect(late.values).toHaveLength(6));
  // The shared reader had read 100 to 108 in time.
  tailReads[0]!([pageOf(100, 108, stateAt(108, 90))]);
  await eventually(() => expect(tailReads).toHaveLength(2));
  tailReads[1]!([pageOf(111, 115, stateAt(115, 111))]);
  await eventually(() => expect(early.values.at(-1)).toBe(115));
  await eventually(() => expect(late.values.at(-1)).toBe(115));

  for (const { values, gaps } of [early, late]) {
    expect(values).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 111, 112, 113, 114, 115]);
    expect(gaps.map((gap) => gap.reason)).not.toContain("reset");
    expect(gaps.reduce((sum, gap) => sum + (gap.missed ?? 0), 0)).toBe(2);
  }
});
