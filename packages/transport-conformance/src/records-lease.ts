/** Leases: how long a record is in force, and how long it is kept after that. */
import { expect } from "vitest";
import { bucket, get, put, putAll } from "./put.ts";
import type { Suite } from "./suite.ts";
import { hasPassed, until, untilPassed } from "./until.ts";

export function recordsLease(suite: Suite): void {
  const test: Suite["test"] = (title, body) => suite.test(title, body, { waits: true });

  suite.concern("leases", () => {
    test("a lease that has run out shows as such while the record is kept, then it is gone", async ({
      open,
    }) => {
      const transport = await open();
      const startedAt = performance.now();
      await put(transport, "k", "value", { leaseMs: 100, keepMs: 150 });
      const expired = await until("the lease runs out", async () => {
        const record = await get(transport, "k");
        // Only a very slow machine misses it.
        return (record === null || record.leaseMs! <= 0) && { record };
      });
      expect(hasPassed(startedAt, 100)).toBe(true);
      if (expired.record)
        expect(expired.record).toMatchObject({ value: "value", version: 1, excused: false });
      else expect(hasPassed(startedAt, 250)).toBe(true);
      await until("it is forgotten", async () => (await get(transport, "k")) === null);
      expect(hasPassed(startedAt, 250)).toBe(true);
      expect(await transport.records.delete(bucket, "k")).toBe(false);
    });

    test("a record without a lease is kept from its put on", async ({ open }) => {
      const transport = await open();
      const startedAt = performance.now();
      await put(transport, "k", "value", { leaseMs: null, keepMs: 100 });
      await until("it is forgotten", async () => {
        const record = await get(transport, "k");
        if (record) expect(record.leaseMs).toBe(null);
        return record === null;
      });
      expect(hasPassed(startedAt, 100)).toBe(true);
    });

    test("what is not kept is gone with its lease", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "value", { leaseMs: 30, keepMs: 0 });
      await untilPassed(performance.now(), 30);
      expect(await get(transport, "k")).toBe(null);
      expect((await transport.records.list({ bucket, from: null, count: 10 })).records).toEqual([]);
    });

    test("a put renews the lease, from shorter to longer and back", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "1", { leaseMs: 50, keepMs: 0 });
      await put(transport, "k", "2", { leaseMs: 60_000, keepMs: 0 });
      await untilPassed(performance.now(), 50);
      expect(await get(transport, "k")).toMatchObject({ value: "2" });
      await put(transport, "k", "3", { leaseMs: 50, keepMs: 0 });
      await until("it is forgotten", async () => (await get(transport, "k")) === null);
      await put(transport, "k", "4", { leaseMs: 50, keepMs: 0 });
      await put(transport, "k", "5", { leaseMs: null, keepMs: 60_000 });
      await untilPassed(performance.now(), 50);
      expect(await get(transport, "k")).toMatchObject({ value: "5", leaseMs: null });
    });

    test("a put renews a lease that has run out already", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "1", { leaseMs: 1 });
      await until("the lease runs out", async () => (await get(transport, "k"))!.leaseMs! <= 0);
      expect(await put(transport, "k", "2")).toMatchObject({ stored: true, version: 2 });
      const record = await get(transport, "k");
      expect(record!.leaseMs).toBeGreaterThan(0);
    });

    test("one record's time has nothing to do with another's", async ({ open }) => {
      const transport = await open();
      await putAll(transport, ["long"], { leaseMs: 60_000, keepMs: 60_000 });
      await putAll(transport, ["kept"], { leaseMs: 30, keepMs: 60_000 });
      await putAll(transport, ["short"], { leaseMs: 30, keepMs: 0 });
      await putAll(transport, ["none"], { leaseMs: null, keepMs: 60_000 });
      await put(transport, "long", "elsewhere", { bucket: "other", leaseMs: 1, keepMs: 0 });
      await untilPassed(performance.now(), 30);
      const records = await transport.records.get(bucket, ["long", "kept", "short", "none"]);
      expect(records.map((record) => record?.key ?? null)).toEqual(["long", "kept", null, "none"]);
      expect(records[1]!.leaseMs).toBeLessThanOrEqual(0);
    });

    test("the count is of leases that have not run out", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const count = () => other.records.count(bucket);
      expect(await count()).toBe(0);
      await putAll(one, ["a", "b", "c"]);
      await putAll(one, ["d", "e"], { leaseMs: null });
      await put(one, "a", "elsewhere", { bucket: "other" });
      expect(await count()).toBe(3);
      await put(one, "b", "renewed");
      expect(await count()).toBe(3);
      await putAll(one, ["short", "shorter"], { leaseMs: 40 });
      await untilPassed(performance.now(), 40);
      expect(await count()).toBe(3);
      await put(one, "short", "renewed");
      expect(await count()).toBe(4);
      await put(one, "c", "no lease any more", { leaseMs: null });
      expect(await count()).toBe(3);
      await put(one, "d", "a lease now");
      expect(await count()).toBe(4);
      await one.records.delete(bucket, "a");
      expect(await count()).toBe(3);
      expect(await one.records.count("other")).toBe(1);
    });
  });
}
