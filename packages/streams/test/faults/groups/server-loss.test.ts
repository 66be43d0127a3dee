/** The server loses everything, or the group alone: consumers go on, and tell what is to be told, once. */
import type { Gap, GroupEvent } from "@attune/streams";
import { until } from "@attune-tools/every-store";
import type { RedisServer } from "@attune-tools/redis-server";
import { expect } from "vitest";
import { closing, numberOf, numbers, publishJobs, untilDone } from "../../groups/in-group.ts";
import { faultTest, join, type Member, startFleet } from "../fleet.ts";
import { eventType, group } from "./work.ts";

const eventTypes = [eventType];

interface AtWork {
  readonly server: RedisServer;
  readonly publisher: Member;
  readonly members: readonly Member[];
  /** By number, how often it was processed. */
  readonly seen: ReadonlyMap<number, number>;
  readonly gaps: readonly Gap[];
  readonly warnings: () => string[];
  close(): Promise<void>;
}

async function atWork(
  options: { readonly all?: boolean; readonly count?: number; readonly slow?: boolean } = {},
): Promise<AtWork> {
  const { server } = await startFleet();
  const publisher = await join(server.url, { maxLength: 100_000 });
  const members = [await join(server.url), await join(server.url)];
  const seen = new Map<number, number>();
  const gaps: Gap[] = [];
  const onGap = (gap: Gap) => void gaps.push(gap);
  const consumers = members.map(({ streamer }) =>
    closing(
      options.all
        ? streamer.consumeGroup({ group, onGap, minIdleMs: 1000, count: options.count })
        : streamer.consumeGroup({ group, onGap, minIdleMs: 1000, count: options.count, eventTypes }),
    ),
  );
  const running = consumers.map((consumer) =>
    consumer.run(async (event: GroupEvent) => {
      if (options.slow) await new Promise((resolve) => setImmediate(resolve));
      seen.set(numberOf(event), (seen.get(numberOf(event)) ?? 0) + 1);
    }),
  );
  await Promise.all(consumers.map(({ ready }) => ready));
  return {
    server,
    publisher,
    members,
    seen,
    gaps,
    warnings: () => members.flatMap(({ warnings }) => warnings),
    close: async () => {
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await Promise.all(running);
    },
  };
}

for (const all of [false, true]) {
  const what = all ? "of all types" : "of one type";

  faultTest(
    `after FLUSHALL consumers ${what} get what is published anew; one gap is told, and nothing else`,
    { timeout: 60_000 },
    async () => {
      const { server, publisher, seen, gaps, warnings, close } = await atWork({ all });
      await publishJobs(publisher.streamer, 1, 300);
      await untilDone(publisher.transport);
      await server.command("FLUSHALL");
      // Somebody looks in between, and finds nothing.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await publishJobs(publisher.streamer, 301, 400);
      await until("the new ones are seen", () => numbers(301, 400).every((n) => seen.has(n)), 30_000);
      // At once: nobody can have looked.
      await server.command("FLUSHALL");
      await publishJobs(publisher.streamer, 401, 500);
      await until("those are seen", () => numbers(401, 500).every((n) => seen.has(n)), 30_000);
      await untilDone(publisher.transport);
      const twice = [...seen.values()].filter((times) => times > 1).length;
      console.info(`2 x FLUSHALL, ${what}: seen ${seen.size}, twice ${twice}, gaps ${JSON.stringify(gaps)}`);
      const reset = { eventType, missed: null, reason: "reset" };
      expect(gaps).toEqual([reset, reset]);
      expect(warnings()).toEqual([]);
      await close();
    },
  );
}

faultTest(
  "a server that comes back empty: one gap, one warning per outage and consumer, and nothing left out",
  { timeout: 60_000 },
  async () => {
    const { server, publisher, seen, gaps, warnings, close } = await atWork();
    await publishJobs(publisher.streamer, 1, 300);
    await untilDone(publisher.transport);
    for (const round of [1, 2]) {
      await server.kill();
      await until("it was noticed", () => publisher.transport.status === "unavailable");
      await server.start();
      await until("the store is back", () => publisher.transport.status === "available");
      const from = 1000 * round;
      expect(await publishJobs(publisher.streamer, from, from + 99)).not.toContain("");
      await until("the new ones are seen", () => numbers(from, from + 99).every((n) => seen.has(n)), 30_000);
      await untilDone(publisher.transport);
    }
    const reset = { eventType, missed: null, reason: "reset" };
    expect(gaps).toEqual([reset, reset]);
    expect([...seen.values()].filter((times) => times > 1)).toEqual([]);
    const gone = warnings().filter((warning) => warning.includes("Going on without it"));
    const back = warnings().filter((warning) => /the store at \S+ is back/.test(warning));
    expect(gone.length).toBeLessThanOrEqual(2 * 2);
    expect(back.length).toBe(gone.length);
    expect(warnings()).toHaveLength(gone.length + back.length);
    await close();
  },
);

faultTest(
  "XGROUP DESTROY, five times while they are at work: they go on behind what was done, and none is left out",
  { timeout: 60_000 },
  async () => {
    const { server, publisher, seen, gaps, warnings, close } = await atWork({ count: 50, slow: true });
    const key = `empathy:events:${eventType}`;
    let published = 0;
    let destroyed = 0;
    for (let round = 0; round < 5; round++) {
      await publishJobs(publisher.streamer, published + 1, published + 1000);
      published += 1000;
      await until("they are in the midst of it", () => seen.size > published - 900);
      destroyed += Number(await server.command("XGROUP", "DESTROY", key, group));
    }
    await until("all were seen", () => seen.size === published, 30_000);
    await untilDone(publisher.transport);
    const again = [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
    console.info(`${destroyed} x XGROUP DESTROY: published ${published}, processed again ${again}`);
    expect(destroyed).toBe(5);
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual(numbers(1, published));
    // Far from all of it: what was done stays done.
    expect(again).toBeLessThan(published);
    expect(gaps).toEqual([]);
    expect(warnings()).toEqual([]);
    await close();
  },
);
