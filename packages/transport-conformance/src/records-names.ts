/** Keys of any text, and buckets that do not see each other. */
import { expect } from "vitest";
import { post, take } from "./mail.ts";
import { oddNames } from "./odd-names.ts";
import { numbers, publish } from "./publish.ts";
import { bucket, claim, get, keysOf, put, putAll, untilExpired } from "./put.ts";
import type { Suite } from "./suite.ts";

/** Each with keys that, joined to it by a separator, would be another's. */
const buckets = ["a", "a-b", "a-b-c", "b", "beats", "broadcasts", "streams", "x".repeat(64)] as const;

export function recordsNames(suite: Suite): void {
  suite.concern("names in records", () => {
    suite.test("keys of any text are told apart", async ({ open }) => {
      const transport = await open();
      const { records } = transport;
      await Promise.all(oddNames.map((key) => put(transport, key, key, { visible: key })));
      const found = await records.get(bucket, oddNames);
      for (const [index, key] of oddNames.entries()) {
        expect(found[index], JSON.stringify(key)).toMatchObject({ key, value: key, version: 1 });
      }
      expect(await records.count(bucket)).toBe(oddNames.length);
      const page = await records.list({ bucket, from: null, count: 10_000 });
      expect(keysOf(page.records)).toEqual([...oddNames].sort());
    });

    suite.test("deleting one key deletes no other, whatever they are called", async ({ open }) => {
      const transport = await open();
      await Promise.all(oddNames.map((key) => put(transport, key, key)));
      const half = oddNames.filter((_, index) => index % 2);
      for (const key of half) {
        expect(await transport.records.delete(bucket, key), JSON.stringify(key)).toBe(true);
      }
      const found = await transport.records.get(bucket, oddNames);
      expect(found.map((record) => record?.value ?? null)).toEqual(
        oddNames.map((key) => (half.includes(key) ? null : key)),
      );
    });

    suite.test("expiries of keys of any text are claimed and settled", async ({ open }) => {
      const transport = await open();
      await putAll(transport, oddNames, { leaseMs: 1 });
      await untilExpired(transport, oddNames);
      expect(await claim(transport, "c")).toEqual([...oddNames].sort());
      const [settled, ...left] = oddNames;
      for (const key of left) {
        const settling = { bucket, key, version: 1, claimer: "c" };
        expect(await transport.records.settleExpired(settling), JSON.stringify(key)).toBe(true);
      }
      expect(await claim(transport, "c")).toEqual([settled]);
    });

    suite.test("buckets do not see each other", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const name of buckets) {
        for (const n of numbers(1, 3)) await put(n % 2 ? one : other, `k${n}`, name, { bucket: name });
      }
      expect(await other.records.delete("a", "k1")).toBe(true);
      await put(one, "k2", "changed", { bucket: "b" });
      for (const name of buckets) {
        const found = await one.records.get(name, ["k1", "k2", "k3"]);
        const expected = [name === "a" ? null : name, name === "b" ? "changed" : name, name];
        expect(found.map((record) => record?.value ?? null)).toEqual(expected);
        expect(await other.records.count(name)).toBe(name === "a" ? 2 : 3);
        const page = await other.records.list({ bucket: name, from: null, count: 100 });
        expect(page.records).toHaveLength(name === "a" ? 2 : 3);
      }
    });

    suite.test("a claim in one bucket tells of no other's expiries", async ({ open }) => {
      const transport = await open();
      await put(transport, "there", "x", { bucket: "beats-2", leaseMs: 1 });
      await put(transport, "here", "x", { leaseMs: 1 });
      await untilExpired(transport, ["here"]);
      expect(await claim(transport, "c")).toEqual(["here"]);
      expect(await claim(transport, "another", { bucket: "beats-2" })).toEqual(["there"]);
      // Claimed in another bucket, by another.
      for (const [name, key] of [["beats-2", "there"] as const, ["beats-2", "here"] as const]) {
        const settling = { bucket: name, key, version: 1, claimer: "c" };
        expect(await transport.records.settleExpired(settling)).toBe(false);
      }
      const settling = { bucket, key: "here", version: 1, claimer: "c" };
      expect(await transport.records.settleExpired(settling)).toBe(true);
    });

    suite.test("streams, mailboxes and records of the same names do not see each other", async ({ open }) => {
      const transport = await open();
      for (const name of ["a", "mailbox", "broadcasts", "records", bucket, "__proto__"]) {
        await publish(transport, name, ["event"]);
        await post(transport, ["message"], { target: name, type: name, source: name });
        await put(transport, name, "record");
      }
      for (const name of ["a", "mailbox", "broadcasts", "records", bucket, "__proto__"]) {
        expect(await transport.streams.delete(name)).toBe(true);
        expect(await take(transport, name)).toEqual(["message"]);
        expect(await get(transport, name)).toMatchObject({ value: "record" });
      }
      expect(await transport.streams.list({ thorough: true })).toEqual([]);
    });
  });
}
