/** Consumer groups on the server's own: what people see of them, exact counts of what was missed, and large numbers. */
import type { Delivery, GroupStore, Transport } from "@attune/transport";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { open, toRequest } from "./opened.ts";

const key = "empathy:events:a";
const who = { eventTypes: ["a"], group: "g", consumer: "c" };

describe.skipIf(inject("redisUrl") === "")("groups on Redis", () => {
  let server: RedisServer;
  let transport: Transport;
  let groups: GroupStore;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    await server.command("FLUSHALL");
    ({ transport } = await open({ url: server.url }));
    ({ groups } = transport);
  });
  afterAll(() => server.stop());

  /** Appends events with the data 1, 2, 3, …; answers their ids. */
  async function add(count: number, maxLength = 1_000_000): Promise<string[]> {
    const requests = Array.from({ length: count }, (_, n) => toRequest("a", n + 1, { maxLength }));
    const ids: string[] = [];
    for (let first = 0; first < count; first += 1000) {
      ids.push(...(await transport.streams.append(requests.slice(first, first + 1000))));
    }
    return ids;
  }

  const create = (from: "beginning" | "now" | { after: string } = "beginning") =>
    groups.create({ eventType: "a", group: "g", from });

  async function read(count: number, consumer = "c") {
    const [reading] = await groups.read({ ...who, consumer, count });
    return { ...reading!, values: reading!.deliveries.map(({ entry }) => Number(entry.data)) };
  }

  async function claim(count: number, consumer = "c", minIdleMs = 0) {
    const [reading] = await groups.claim({ ...who, consumer, count, minIdleMs });
    return { ...reading!, ids: reading!.deliveries.map(({ entry }) => entry.id).sort() };
  }

  const toEntries = (deliveries: readonly Delivery[]) =>
    deliveries.map(({ entry, token }) => ({ id: entry.id, token }));

  const acknowledge = (deliveries: readonly Delivery[]) =>
    groups.acknowledge({ eventType: "a", group: "g", entries: toEntries(deliveries) });

  const handBack = (deliveries: readonly Delivery[], { delayMs = 0, counted = true } = {}) =>
    groups.handBack({ eventType: "a", group: "g", entries: toEntries(deliveries), delayMs, counted });

  /** A field of the group as XINFO GROUPS shows it. */
  async function shown(field: string): Promise<unknown> {
    const [group] = (await server.command("XINFO", "GROUPS", key)) as unknown as unknown[][];
    return group![group!.indexOf(field) + 1];
  }

  const besides = async () =>
    ((await server.command("KEYS", "*")) as unknown as string[]).filter((name) => name.includes("{"));

  describe("what the server shows", () => {
    it("XINFO GROUPS and XPENDING show the group, its consumers and what they have", async () => {
      await create();
      const ids = await add(3);
      const first = await read(2);
      await read(1, "d");
      expect(await shown("name")).toBe("g");
      expect([await shown("pending"), await shown("entries-read"), await shown("lag")]).toEqual([3, 3, 0]);
      expect(await server.command("XPENDING", key, "g")).toEqual([
        3,
        ids[0],
        ids[2],
        [
          ["c", "2"],
          ["d", "1"],
        ],
      ]);
      expect(await acknowledge(first.deliveries)).toEqual([true, true]);
      expect(await shown("pending")).toBe(1);
    });

    it("what was handed back is with a consumer that nobody is", async () => {
      await create();
      await add(1);
      await handBack((await read(1)).deliveries, { delayMs: 60_000 });
      const pending = (await server.command("XPENDING", key, "g", "-", "+", 9)) as unknown as unknown[][];
      expect(pending.map(([, consumer]) => consumer)).toEqual(["attune:handed-back"]);
    });

    it("a group that somebody made with redis-cli is one of ours, and its own reads are counted rightly", async () => {
      await server.command("XGROUP", "CREATE", key, "g", "0", "MKSTREAM");
      await add(10);
      await server.command("XREADGROUP", "GROUP", "g", "cli", "COUNT", 4, "STREAMS", key, ">");
      expect(await create()).toBe(false);
      expect((await read(9)).values).toEqual([5, 6, 7, 8, 9, 10]);
      await add(10);
      await transport.streams.trim("a", 3);
      expect(await read(9)).toMatchObject({ missed: 7, values: [8, 9, 10] });
    });

    it("a group that somebody made without a count has one once it has read all", async () => {
      await add(5);
      await server.command("XGROUP", "CREATE", key, "g", "$");
      expect(await shown("entries-read")).toBe(null);
      expect((await read(9)).missed).toBe(0);
      await add(10);
      await transport.streams.trim("a", 3);
      expect((await read(9)).missed).toBe(7);
    });

    it("what somebody stepped over with redis-cli is told as far as the server's count shows it", async () => {
      await create();
      await add(10);
      await transport.streams.trim("a", 3);
      await server.command("XREADGROUP", "GROUP", "g", "cli", "COUNT", 9, "STREAMS", key, ">");
      const lacking = 10 - Number(await shown("entries-read"));
      expect((await read(9)).missed).toBe(lacking);
      expect((await read(9)).missed).toBe(0);
    });

    it("the floor is just before the first entry that is pending, or else the last one delivered", async () => {
      await create();
      for (const id of ["5-0", "5-1", "5-2", "7-7"]) await server.command("XADD", key, id, "data", id);
      const [first, second] = [await read(2), await read(1, "d")];
      expect(first.floorId).toBe("4-18446744073709551615");
      expect(second.floorId).toBe(first.floorId);
      await acknowledge(first.deliveries);
      expect(await groups.states("a")).toMatchObject([{ deliveredId: "5-2", floorId: "5-1" }]);
      await acknowledge(second.deliveries);
      expect(await claim(9)).toMatchObject({ floorId: "5-2" });
      const last = await read(9);
      expect(last.floorId).toBe("7-6");
      await acknowledge(last.deliveries);
      expect(await read(9)).toMatchObject({ floorId: "7-7" });
    });

    it("a key that is no stream holds no group, and harms no other stream of the same read", async () => {
      await groups.create({ eventType: "b", group: "g", from: "beginning" });
      await transport.streams.append([toRequest("b", 1)]);
      await server.command("SET", key, "text");
      const eventTypes = ["a", "b", "none"];
      const exists = [false, true, false];
      const readings = await groups.read({ ...who, eventTypes, count: 9 });
      expect(readings.map((reading) => reading.exists)).toEqual(exists);
      expect(readings[1]!.deliveries).toHaveLength(1);
      const claimed = await groups.claim({ ...who, eventTypes, count: 9, minIdleMs: 0 });
      expect(claimed.map((reading) => reading.exists)).toEqual(exists);
      const entries = [{ id: "1-0", token: "1:c" }];
      expect(await groups.acknowledge({ eventType: "a", group: "g", entries })).toEqual([false]);
      expect(await groups.pending({ eventType: "a", group: "g", count: 9 })).toEqual([]);
      expect(await groups.states("a")).toEqual([]);
      expect(await groups.delete("a", "g")).toBe(false);
      await groups.leave(who);
      await expect(create()).rejects.toMatchObject({
        code: "ATTUNE_STORE_REFUSED",
        details: { reply: "WRONGTYPE" },
      });
    });
  });

  describe("what was missed", () => {
    it("is told once over all consumers, and never by a claim", async () => {
      await create();
      await add(100);
      await read(10);
      await transport.streams.trim("a", 20);
      expect(await claim(5, "d")).toMatchObject({ missed: 0 });
      expect(await read(5, "d")).toMatchObject({ missed: 70, values: [81, 82, 83, 84, 85] });
      expect(await read(5)).toMatchObject({ missed: 0, values: [86, 87, 88, 89, 90] });
      expect(await read(99)).toMatchObject({ missed: 0 });
    });

    it("is told once of a stream that is empty, and what comes then is not missed", async () => {
      await create();
      await add(100);
      await read(10);
      await transport.streams.trim("a", 0);
      expect(await read(5)).toMatchObject({ exists: true, missed: 90, deliveries: [] });
      expect(await read(5)).toMatchObject({ missed: 0, deliveries: [] });
      await add(2);
      expect(await read(5)).toMatchObject({ missed: 0, values: [1, 2] });
      expect(await shown("lag")).toBe(0);
    });

    it.each([
      ["beginning", 20],
      ["now", 0],
    ] as const)("does not hold what was trimmed before the group was made from %s", async (from, left) => {
      await add(100);
      await transport.streams.trim("a", 20);
      await create(from);
      expect(await groups.states("a")).toMatchObject([{ lag: left }]);
      await add(10);
      await transport.streams.trim("a", 4);
      expect(await read(99)).toMatchObject({ missed: left + 6, values: [7, 8, 9, 10] });
    });

    it.each([0, 1, 5, 1500, 2499, 2500])(
      "is exact for a group made after the entry %i of 2500 of which 2 were trimmed",
      async (place) => {
        const ids = ["0-0", ...(await add(2500))];
        await transport.streams.trim("a", 2498);
        await create({ after: ids[place]! });
        const begun = Math.max(place, 2);
        expect(await groups.states("a")).toMatchObject([{ lag: 2500 - begun }]);
        await add(5);
        await transport.streams.trim("a", 1);
        expect(await read(99)).toMatchObject({ missed: 2500 - begun + 4, values: [5] });
      },
    );

    it("has no number for a group made after an entry that is too far from the newest, until it has read all", async () => {
      const [first] = await add(12_000);
      await create({ after: first! });
      expect(await groups.states("a")).toMatchObject([{ lag: 11_999 }]);
      await read(10);
      expect(await groups.states("a")).toMatchObject([{ lag: null }]);
      await transport.streams.trim("a", 5);
      expect((await read(10)).missed).toBe(null);
      expect((await read(10)).missed).toBe(0);
      await add(10);
      await transport.streams.trim("a", 5);
      expect((await read(10)).missed).toBe(5);
    }, 20_000);

    it("is exact for a group made again at its floor on a store that came back empty", async () => {
      await create({ after: `${Date.now() - 1000}-7` });
      await add(10);
      await transport.streams.trim("a", 3);
      expect(await read(99)).toMatchObject({ missed: 7, values: [8, 9, 10] });
    });

    it("is never a number when somebody has taken entries out of the middle, unless it is right", async () => {
      await create();
      const ids = await add(10);
      await server.command("XDEL", key, ids[4]!, ids[5]!);
      await transport.streams.trim("a", 7);
      // 1 is gone by trimming, 5 and 6 are behind what is left: nobody knows how many of what is gone was first.
      expect(await read(2)).toMatchObject({ missed: null, values: [2, 3] });
      expect(await read(99)).toMatchObject({ missed: 0, values: [4, 7, 8, 9, 10] });
      await add(10);
      await transport.streams.trim("a", 1);
      expect(await read(99)).toMatchObject({ missed: 9, values: [10] });
    });

    it("adds up while consumers of two transports read and the stream is trimmed all the time", async () => {
      const { transport: second } = await open({ url: server.url });
      await create();
      const total = 4000;
      let published = 0;
      let done = false;
      const publishing = (async () => {
        while (published < total) {
          await add(40);
          published += 40;
          await transport.streams.trim("a", published % 50);
        }
        done = true;
      })();
      const ids: string[] = [];
      let missed = 0;
      const consume = async (store: GroupStore, consumer: string) => {
        for (;;) {
          const last = done;
          const [reading] = await store.read({ ...who, consumer, count: 7 });
          ids.push(...reading!.deliveries.map(({ entry }) => entry.id));
          missed += reading!.missed!;
          if (last && reading!.deliveries.length === 0) return;
        }
      };
      await Promise.all([
        publishing,
        ...["c1", "c2"].map((name) => consume(groups, name)),
        ...["d1", "d2"].map((name) => consume(second.groups, name)),
      ]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(missed).toBeGreaterThan(0);
      expect(ids.length + missed).toBe(total);
    }, 20_000);
  });

  describe("groups that are made again", () => {
    it.each(["group", "stream", "stream by hand"])(
      "nothing is left of one whose %s was deleted",
      async (what) => {
        await create();
        await add(10);
        const { deliveries } = await read(5);
        await handBack(deliveries, { delayMs: 60_000, counted: false });
        await transport.streams.trim("a", 2);
        if (what === "group") expect(await groups.delete("a", "g")).toBe(true);
        else if (what === "stream") expect(await transport.streams.delete("a")).toBe(true);
        else await server.command("DEL", key);
        if (what !== "stream by hand") expect(await besides()).toEqual([]);
        expect(await read(9)).toMatchObject({ exists: false, missed: 0, deliveries: [], floorId: "0-0" });
        expect(await create()).toBe(true);
        expect(await besides()).toEqual([]);
        await add(1);
        expect((await read(9)).missed).toBe(0);
      },
    );

    it("what is kept beside a group does not stay for ever", async () => {
      await create();
      await add(2);
      const { deliveries } = await read(2);
      await handBack(deliveries, { counted: false });
      const names = await besides();
      expect(names).toHaveLength(2);
      for (const name of names) expect(await server.command("PTTL", name), name).toBeGreaterThan(0);
      await acknowledge((await groups.claim({ ...who, count: 9, minIdleMs: 0 }))[0]!.deliveries);
      expect(await besides()).toEqual([]);
    });

    it("what was handed back is due when its marks are lost", async () => {
      await create();
      await add(3);
      await handBack((await read(3)).deliveries, { delayMs: 60_000 });
      expect((await claim(9)).ids).toEqual([]);
      await server.command("DEL", ...((await besides()) as [string, ...string[]]));
      expect((await claim(9)).ids).toHaveLength(3);
    });
  });

  describe("tokens", () => {
    it("a delivery that was handed back uncounted is another one when the same consumer gets it again", async () => {
      await create();
      await add(1);
      const { deliveries: old } = await read(1);
      expect(await handBack(old, { counted: false })).toEqual([true]);
      const { deliveries } = await claim(1);
      expect(deliveries).toMatchObject([{ deliveries: 1 }]);
      expect(await acknowledge(old)).toEqual([false]);
      expect(await acknowledge(deliveries)).toEqual([true]);
    });

    it("sparse, repeated and foreign ones among many pending are told apart", async () => {
      await create();
      await add(3000);
      const { deliveries } = await read(3000);
      const sparse = deliveries.filter((_, n) => n % 1000 === 7);
      const odd = [
        ...sparse,
        sparse[0]!,
        { ...sparse[1]!, token: "1:d" },
        { ...sparse[1]!, token: "2:c" },
        { ...sparse[1]!, token: "c" },
      ];
      expect(await acknowledge(odd)).toEqual([true, true, true, false, false, false, false]);
      expect(await shown("pending")).toBe(2997);
    });
  });

  describe("entries that were trimmed away while pending", () => {
    it("are lost with the claim that would have got them, also when they were handed back before or after", async () => {
      await create();
      const ids = await add(6);
      const { deliveries } = await read(6);
      await handBack(deliveries.slice(0, 2));
      await transport.streams.trimBefore("a", ids[5]!);
      expect(await handBack(deliveries.slice(2, 3))).toEqual([true]);
      expect(
        await groups.extend({ ...who, eventType: "a", entries: toEntries(deliveries.slice(3)) }),
      ).toEqual([true, true, true]);
      expect(await acknowledge(deliveries.slice(4, 5))).toEqual([true]);
      const claimed = await claim(99);
      expect([...claimed.lostIds].sort()).toEqual([...ids.slice(0, 4)].sort());
      expect(claimed.ids).toEqual([ids[5]]);
      expect((await claim(99)).lostIds).toEqual([]);
      expect(await shown("pending")).toBe(1);
    });
  });

  describe("large numbers", () => {
    it("10,000 pending entries are claimed in pages, each once", async () => {
      await create();
      await add(10_000);
      for (let n = 0; n < 10; n++) await read(1000, `c${n}`);
      const ids: string[] = [];
      let page: Awaited<ReturnType<typeof claim>>;
      do {
        page = await claim(1000, "new", 1);
        ids.push(...page.ids);
        // What was claimed must not be idle again before all is.
        await acknowledge(page.deliveries);
      } while (page.ids.length > 0);
      expect(new Set(ids).size).toBe(10_000);
      expect(ids).toHaveLength(10_000);
    }, 30_000);

    it("10,000 at once are read, extended, handed back, claimed and acknowledged", async () => {
      const { transport: patient } = await open({ url: server.url, operationTimeoutMs: 20_000 });
      ({ groups } = patient);
      await create();
      await add(10_000);
      const { deliveries } = await read(10_000);
      const request = { eventType: "a", group: "g", entries: toEntries(deliveries) };
      expect((await groups.extend(request)).every(Boolean)).toBe(true);
      expect((await handBack(deliveries, { counted: false })).every(Boolean)).toBe(true);
      expect((await groups.extend(request)).some(Boolean)).toBe(false);
      const again = await claim(10_000, "d");
      expect(again.ids).toHaveLength(10_000);
      expect(again.deliveries.every((delivery) => delivery.deliveries === 1)).toBe(true);
      expect((await acknowledge(again.deliveries)).every(Boolean)).toBe(true);
      expect(await groups.states("a")).toMatchObject([{ pending: 0, lag: 0 }]);
      expect(await besides()).toEqual([]);
    }, 30_000);
  });

  it("works after SCRIPT FLUSH, and nothing that was missed goes unnoticed then", async () => {
    await create();
    await add(10);
    await read(1);
    await server.command("SCRIPT", "FLUSH");
    await transport.streams.trim("a", 3);
    const reading = await read(2);
    expect(reading).toMatchObject({ missed: 6, values: [8, 9] });
    await server.command("SCRIPT", "FLUSH");
    expect(await handBack(reading.deliveries)).toEqual([true, true]);
    await server.command("SCRIPT", "FLUSH");
    const claimed = await claim(9);
    await server.command("SCRIPT", "FLUSH");
    expect(await acknowledge(claimed.deliveries)).toContain(true);
  });

  it("trimming before an id is exact, and tells how many went", async () => {
    const ids = await add(1000);
    expect(await transport.streams.trimBefore("a", ids[0]!)).toBe(0);
    expect(await transport.streams.trimBefore("a", ids[123]!)).toBe(123);
    expect(await transport.streams.states(["a"])).toMatchObject([{ length: 877, oldestId: ids[123] }]);
    expect(await transport.streams.trimBefore("none", ids[123]!)).toBe(0);
  });
});
