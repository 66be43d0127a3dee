/** Claims: each expiry is told to one claimer, until his hold is over. */
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, claim, get, keysOf, keysUpTo, put, putAll, toClaim, untilExpired } from "./put.ts";
import type { Suite } from "./suite.ts";
import { hasPassed, until } from "./until.ts";

/** Short enough to wait for. */
const leaseMs = 40;

export function recordsClaim(suite: Suite): void {
  const test: Suite["test"] = (title, body) => suite.test(title, body, { waits: true });

  suite.concern("claims of expiries", () => {
    test("each of thirty expiries is told to one of twenty racing claimers on two transports", async ({
      open,
    }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const keys = keysUpTo(30);
      await putAll(one, keys, { leaseMs });
      await untilExpired(other, keys);
      const claims = await Promise.all(
        numbers(1, 20).map((n) => claim(n % 2 ? one : other, `claimer-${n}`, { count: n % 3 ? 4 : 1000 })),
      );
      expect(claims.flat().sort()).toEqual([...keys].sort());
    });

    test("a claim gives the records as they are, and only what has run out", async ({ open }) => {
      const transport = await open();
      expect(await claim(transport, "c")).toEqual([]);
      await putAll(transport, ["live"]);
      await putAll(transport, ["no lease"], { leaseMs: null });
      await putAll(transport, ["deleted", "expired"], { leaseMs });
      await put(transport, "expired", "last words", { leaseMs });
      await put(transport, "elsewhere", "x", { bucket: "other", leaseMs });
      expect(await transport.records.delete(bucket, "deleted")).toBe(true);
      await untilExpired(transport, ["expired"]);
      const claimed = await transport.records.claimExpired(toClaim("c"));
      expect(claimed).toMatchObject([
        { key: "expired", value: "last words", version: 2, incarnation: 0, excused: false },
      ]);
      expect(claimed[0]!.leaseMs).toBeLessThanOrEqual(0);
      expect(claimed[0]!.ageMs).toBeGreaterThanOrEqual(leaseMs - 15);
    });

    test("an expiry is told soon after the lease has run out, and not before", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const startedAt = performance.now();
      await put(one, "k", "x", { leaseMs: 100 });
      await until("it is told", async () => (await claim(other, "c")).length > 0);
      expect(hasPassed(startedAt, 100)).toBe(true);
    });

    test("at most as many are told as were asked for", async ({ open }) => {
      const transport = await open();
      const keys = keysUpTo(5);
      await putAll(transport, keys, { leaseMs });
      await untilExpired(transport, keys);
      const claims = [];
      for (const claimer of ["a", "b", "c", "d"]) claims.push(await claim(transport, claimer, { count: 2 }));
      expect(claims.map((claimed) => claimed.length)).toEqual([2, 2, 1, 0]);
      expect(claims.flat().sort()).toEqual(keys);
    });

    test("a claimer who asks for a few at a time is told of all, what he holds already comes last", async ({
      open,
    }) => {
      const transport = await open();
      const keys = keysUpTo(5);
      await putAll(transport, keys, { leaseMs });
      await untilExpired(transport, keys);
      const told = new Set<string>();
      for (const all of [2, 4, 5]) {
        for (const key of await claim(transport, "c", { count: 2 })) told.add(key);
        expect(told.size).toBe(all);
      }
      expect(await claim(transport, "another")).toEqual([]);
    });

    test("the same claimer is told again of what he holds, nobody else is", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const keys = keysUpTo(3);
      await putAll(one, keys, { leaseMs });
      await untilExpired(one, keys);
      for (const transport of [one, other, one]) {
        expect(await claim(transport, "holds")).toEqual(keys);
        expect(await claim(transport, "another")).toEqual([]);
      }
    });

    test("another claimer is told once the hold is over, and then the first one's claim is void", async ({
      open,
    }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "x", { leaseMs });
      await untilExpired(one, ["k"]);
      const startedAt = performance.now();
      expect(await claim(one, "first", { holdMs: 100 })).toEqual(["k"]);
      await until("another is told", async () => (await claim(other, "second")).length > 0);
      expect(hasPassed(startedAt, 100)).toBe(true);
      expect(await claim(one, "first")).toEqual([]);
      const settling = { bucket, key: "k", version: 1 };
      expect(await one.records.settleExpired({ ...settling, claimer: "first" })).toBe(false);
      expect(await other.records.settleExpired({ ...settling, claimer: "second" })).toBe(true);
    });

    test("a claimer who is told again holds it for as long again", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "x", { leaseMs });
      await untilExpired(transport, ["k"]);
      expect(await claim(transport, "first", { holdMs: 60_000 })).toEqual(["k"]);
      const startedAt = performance.now();
      expect(await claim(transport, "first", { holdMs: 80 })).toEqual(["k"]);
      await until("another is told", async () => (await claim(transport, "second")).length > 0);
      expect(hasPassed(startedAt, 80)).toBe(true);
    });

    test("what is deleted or forgotten is not told of", async ({ open }) => {
      const transport = await open();
      await putAll(transport, ["deleted", "claimed and deleted"], { leaseMs });
      await putAll(transport, ["forgotten"], { leaseMs, keepMs: 1 });
      await untilExpired(transport, ["deleted", "claimed and deleted"]);
      await transport.records.delete(bucket, "deleted");
      await until("it is forgotten", async () => (await get(transport, "forgotten")) === null);
      const claimed = await transport.records.claimExpired(toClaim("c"));
      expect(keysOf(claimed)).toEqual(["claimed and deleted"]);
      await transport.records.delete(bucket, "claimed and deleted");
      expect(await claim(transport, "c")).toEqual([]);
    });

    test("hundreds of expiries can be claimed, in turns and at once", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const keys = keysUpTo(500);
      await putAll(one, keys, { leaseMs });
      await untilExpired(one, keys);
      const some = await claim(one, "some", { count: 120 });
      expect(some).toHaveLength(120);
      const rest = await claim(other, "rest", { count: 1000 });
      expect([...some, ...rest].sort()).toEqual([...keys].sort());
    });
  });
}
