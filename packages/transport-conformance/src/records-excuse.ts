/** Excuses: what ran out while nobody could reach the store is not told of at once. */
import type { Transport } from "@attune/transport";
import { expect } from "vitest";
import { claim, get, put, putAll, untilExpired } from "./put.ts";
import type { Suite } from "./suite.ts";
import { hasPassed, until, untilPassed } from "./until.ts";

/** A pause of `pauseMs` is an outage for these. */
const gapMs = 100;
const shortLeaseMs = 120;
const longestLeaseMs = 160;
const pauseMs = 250;

/** Leases of `shortLeaseMs` and `longestLeaseMs` that all run out while nobody puts or claims. */
async function pauseAfterPuts(transport: Transport): Promise<void> {
  let startedAt: number;
  do {
    startedAt = performance.now();
    await putAll(transport, ["short"], { leaseMs: shortLeaseMs });
    await putAll(transport, ["long"], { leaseMs: longestLeaseMs });
    await claim(transport, "before", { gapMs, holdMs: 1 });
    // On a machine so slow that one has run out by now: once more.
  } while (performance.now() - startedAt > gapMs / 2);
  await untilPassed(performance.now(), pauseMs);
}

export function recordsExcuse(suite: Suite): void {
  const test: Suite["test"] = (title, body) => suite.test(title, body, { waits: true });

  suite.concern("excused expiries", () => {
    test("what ran out in a pause is excused for the longest lease, then told", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await pauseAfterPuts(one);
      const startedAt = performance.now();
      expect(await claim(one, "c", { gapMs })).toEqual([]);
      const [short, long] = await one.records.get("beats", ["short", "long"]);
      if (!hasPassed(startedAt, longestLeaseMs)) {
        expect([short!.excused, long!.excused]).toEqual([true, true]);
        expect(short!.leaseMs).toBeLessThanOrEqual(0);
      }
      const told = await until("they are told", async () => {
        const claimed = await claim(other, "c");
        return claimed.length > 0 && claimed;
      });
      expect(told).toEqual(["long", "short"]);
      expect(hasPassed(startedAt, longestLeaseMs)).toBe(true);
      expect(await get(one, "short")).toMatchObject({ excused: false });
    });

    test("the first put after a pause excuses too", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await pauseAfterPuts(one);
      const startedAt = performance.now();
      await put(other, "long", "is back", { leaseMs: longestLeaseMs });
      const told = await claim(one, "c");
      const short = await get(one, "short");
      if (!hasPassed(startedAt, longestLeaseMs)) {
        expect(told).toEqual([]);
        expect(short).toMatchObject({ excused: true });
      }
      await until("it is told", async () => (await claim(other, "c")).includes("short"));
      expect(hasPassed(startedAt, longestLeaseMs)).toBe(true);
    });

    test("a pause that a put ended within the longest lease counts when the next claim finds it too long", async ({
      open,
    }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await putAll(one, ["lives long"], { leaseMs: 60_000 });
      await pauseAfterPuts(one);
      const startedAt = performance.now();
      // The shorter pauses that follow change nothing.
      for (const value of ["is back", "goes on"]) await put(other, "long", value, { leaseMs: 60_000 });
      const told = await claim(one, "c", { gapMs });
      // Else this was a pause too long by itself.
      if (performance.now() - startedAt > gapMs) return;
      expect(told).toEqual([]);
      expect(await get(other, "short")).toMatchObject({ excused: true });
    });

    test("a second pause within the time of grace does not end the excuse", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await pauseAfterPuts(one);
      expect(await claim(one, "c", { gapMs })).toEqual([]);
      await untilPassed(performance.now(), gapMs);
      const startedAt = performance.now();
      expect(await claim(other, "c", { gapMs })).toEqual([]);
      const short = await get(one, "short");
      if (!hasPassed(startedAt, longestLeaseMs)) expect(short).toMatchObject({ excused: true });
      await until("it is told", async () => (await claim(other, "c")).includes("short"));
      expect(hasPassed(startedAt, longestLeaseMs)).toBe(true);
    });

    test("who is back within the time of grace is never told of", async ({ open }) => {
      const transport = await open();
      await pauseAfterPuts(transport);
      const startedAt = performance.now();
      expect(await claim(transport, "c", { gapMs })).toEqual([]);
      await putAll(transport, ["short"], { leaseMs: 60_000 });
      // Otherwise it was told before it was back.
      if (hasPassed(startedAt, longestLeaseMs)) return;
      expect(await get(transport, "short")).toMatchObject({ excused: false });
      const told = await until("the other is told", async () => {
        const claimed = await claim(transport, "c");
        return claimed.length > 0 && claimed;
      });
      expect(told).toEqual(["long"]);
    });

    test("what had run out before the pause is told all the same", async ({ open }) => {
      const transport = await open();
      await putAll(transport, ["before"], { leaseMs: 1 });
      await untilExpired(transport, ["before"]);
      expect(await claim(transport, "first", { holdMs: 1 })).toEqual(["before"]);
      await pauseAfterPuts(transport);
      const startedAt = performance.now();
      const told = await claim(transport, "second", { gapMs });
      if (!hasPassed(startedAt, longestLeaseMs)) expect(told).toEqual(["before"]);
    });

    test("a pause within the gap of the claim, or within the longest lease before a put, excuses nothing", async ({
      open,
    }) => {
      const transport = await open();
      await putAll(transport, ["lives long"], { leaseMs: 60_000 });
      for (const ender of ["claim", "put"]) {
        await putAll(transport, [`ran out before a ${ender}`], { leaseMs: 40 });
        await untilPassed(performance.now(), 120);
        if (ender === "put") await putAll(transport, ["renewed"], { leaseMs: 40 });
        expect(await claim(transport, ender)).toContain(`ran out before a ${ender}`);
        expect(await get(transport, `ran out before a ${ender}`)).toMatchObject({ excused: false });
      }
    });

    test("a pause in one bucket excuses nothing in another", async ({ open }) => {
      const transport = await open();
      await putAll(transport, ["here"], { leaseMs: longestLeaseMs });
      await put(transport, "there", "x", { bucket: "other", leaseMs: 60 });
      await claim(transport, "before", { gapMs });
      await claim(transport, "before", { gapMs, bucket: "other", holdMs: 1 });
      const endsAt = performance.now() + pauseMs;
      const told = new Set<string>();
      await until("the pause here is over", async () => {
        for (const key of await claim(transport, "c", { bucket: "other", gapMs: 60_000 })) told.add(key);
        return performance.now() > endsAt;
      });
      expect([...told]).toEqual(["there"]);
      const startedAt = performance.now();
      const here = await claim(transport, "c", { gapMs });
      if (!hasPassed(startedAt, longestLeaseMs)) expect(here).toEqual([]);
    });
  });
}
