/** Putting, reading and deleting records. */
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, get, keysUpTo, put, putAll } from "./put.ts";
import type { Suite } from "./suite.ts";

export function recordsPut(suite: Suite): void {
  suite.concern("records", () => {
    suite.test("a record comes back as it was put, also on another transport", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const startedAt = performance.now();
      const outcome = await put(one, "k", '{"x":1}', { leaseMs: 50_000 });
      expect(outcome).toEqual({ stored: true, version: 1, incarnation: 0 });
      for (const transport of [one, other]) {
        const record = await get(transport, "k");
        expect(record).toEqual({
          key: "k",
          value: '{"x":1}',
          version: 1,
          incarnation: 0,
          ageMs: expect.any(Number),
          leaseMs: expect.any(Number),
          excused: false,
        });
        const passedMs = performance.now() - startedAt;
        expect(record!.ageMs).toBeGreaterThanOrEqual(0);
        expect(record!.ageMs).toBeLessThanOrEqual(passedMs + 15);
        expect(record!.leaseMs).toBeLessThanOrEqual(50_000);
        expect(record!.leaseMs).toBeGreaterThanOrEqual(50_000 - passedMs - 15);
      }
    });

    suite.test("a record without a lease has none, and is there", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "x", { leaseMs: null });
      expect(await get(transport, "k")).toMatchObject({ value: "x", leaseMs: null, excused: false });
    });

    suite.test("a put replaces value, lease and age, and counts the version up", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 10)) {
        const leaseMs = n % 3 ? n * 10_000 : null;
        const outcome = await put(n % 2 ? one : other, "k", `${n}`, { leaseMs });
        expect(outcome).toEqual({ stored: true, version: n, incarnation: 0 });
        const record = await get(one, "k");
        expect(record).toMatchObject({ value: `${n}`, version: n });
        if (leaseMs === null) expect(record!.leaseMs).toBe(null);
        else expect(Math.abs(record!.leaseMs! - leaseMs)).toBeLessThan(5000);
      }
    });

    suite.test("of racing puts each gets a version of its own", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const outcomes = await Promise.all(numbers(1, 50).map((n) => put(n % 2 ? one : other, "k", `${n}`)));
      const versions = outcomes.map((outcome) => (outcome.stored ? outcome.version : 0));
      expect(versions.sort((a, b) => a - b)).toEqual(numbers(1, 50));
      expect(await get(one, "k")).toMatchObject({ version: 50 });
    });

    suite.test(
      "several keys are read in the order asked for, with null where there is none",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await putAll(one, keysUpTo(5));
        const keys = ["key-4", "none", "key-1", "key-4", "key-5"];
        const records = await other.records.get(bucket, keys);
        expect(records.map((record) => record?.key ?? null)).toEqual([
          "key-4",
          null,
          "key-1",
          "key-4",
          "key-5",
        ]);
        expect(records.map((record) => record?.value)).toContain("value of key-5");
        expect(await other.records.get(bucket, [])).toEqual([]);
        expect(await other.records.get("nothing-here", ["key-1"])).toEqual([null]);
      },
    );

    suite.test("hundreds of keys can be read at once", async ({ open }) => {
      const transport = await open();
      const keys = keysUpTo(600);
      await putAll(transport, keys);
      const records = await transport.records.get(bucket, keys);
      expect(records.map((record) => record?.value)).toEqual(keys.map((key) => `value of ${key}`));
    });

    suite.test("deleting tells whether there was a record, and leaves nothing of it", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const leaseMs of [60_000, null]) {
        await put(one, "k", "first", { leaseMs });
        await put(one, "k", "second", { leaseMs });
        expect(await other.records.delete(bucket, "none")).toBe(false);
        expect(await other.records.delete("other", "k")).toBe(false);
        expect(await other.records.delete(bucket, "k")).toBe(true);
        expect(await one.records.delete(bucket, "k")).toBe(false);
        expect(await get(one, "k")).toBe(null);
        // A new record with the same key begins anew.
        expect(await put(one, "k", "new", { leaseMs })).toMatchObject({ stored: true, version: 1 });
        expect(await one.records.delete(bucket, "k")).toBe(true);
      }
    });

    suite.test("of racing deletions one is told that there was a record", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "x");
      const outcomes = await Promise.all(
        numbers(1, 20).map((n) => (n % 2 ? one : other).records.delete(bucket, "k")),
      );
      expect(outcomes.filter((deleted) => deleted)).toHaveLength(1);
    });

    suite.test("what is visible and announced is a record like others", async ({ open }) => {
      const transport = await open();
      for (const [n, leaseMs] of [60_000, null, 30_000].entries()) {
        const outcome = await put(transport, "k", `${n}`, { leaseMs, visible: `shown ${n}`, announce: true });
        expect(outcome).toMatchObject({ stored: true, version: n + 1 });
        expect(await get(transport, "k")).toMatchObject({ value: `${n}` });
      }
      expect(await transport.records.delete(bucket, "k")).toBe(true);
      expect(await get(transport, "k")).toBe(null);
    });

    suite.test(
      "transports with the same prefix share their records, others do not",
      async ({ open, prefix }) => {
        const [one, same, other] = await Promise.all([
          open(),
          open(),
          open({ prefix: `${prefix}*[other]{x}:` }),
        ]);
        await put(one, "k", "shared");
        expect(await get(same, "k")).toMatchObject({ value: "shared" });
        expect(await get(other, "k")).toBe(null);
        expect(await other.records.delete(bucket, "k")).toBe(false);
        expect(await other.records.count(bucket)).toBe(0);
        expect((await other.records.list({ bucket, from: null, count: 10 })).records).toEqual([]);
      },
    );
  });
}
