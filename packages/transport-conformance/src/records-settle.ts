/** Settling: a claim is ended for good by whoever holds it, unless a put came in between. */
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, claim, get, keysUpTo, put, putAll, toClaim, untilExpired } from "./put.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

/** Short enough to wait for. */
const leaseMs = 40;

export function recordsSettle(suite: Suite): void {
  const test: Suite["test"] = (title, body) => suite.test(title, body, { waits: true });

  suite.concern("settling expiries", () => {
    test("a settled expiry is told to nobody, and the record can still be read", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const keys = keysUpTo(3);
      await putAll(one, keys, { leaseMs });
      await untilExpired(one, keys);
      expect(await claim(one, "c")).toEqual(keys);
      const settled = { bucket, key: "key-2", version: 1, claimer: "c" };
      expect(await one.records.settleExpired(settled)).toBe(true);
      expect(await claim(other, "c", { holdMs: 1 })).toEqual(["key-1", "key-3"]);
      const told = await until("the others are told to another", async () => {
        const claimed = await claim(other, "another");
        return claimed.length > 0 && claimed;
      });
      expect(told).toEqual(["key-1", "key-3"]);
      const record = await get(one, "key-2");
      expect(record).toMatchObject({ value: "value of key-2", version: 1 });
      expect(record!.leaseMs).toBeLessThanOrEqual(0);
      expect(await one.records.count(bucket)).toBe(0);
    });

    test("only who holds the claim can settle it, for the version that he was told", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await putAll(one, ["k", "l"], { leaseMs });
      await untilExpired(one, ["k", "l"]);
      const settle = (key: string, version: number, claimer: string) =>
        other.records.settleExpired({ bucket, key, version, claimer });
      expect(await settle("k", 1, "c")).toBe(false); // not claimed yet
      expect(await claim(one, "c", { count: 2 })).toEqual(["k", "l"]);
      expect(await settle("k", 1, "another")).toBe(false);
      expect(await settle("k", 2, "c")).toBe(false);
      expect(await settle("none", 1, "c")).toBe(false);
      expect(await other.records.settleExpired({ bucket: "other", key: "k", version: 1, claimer: "c" })).toBe(
        false,
      );
      expect(await claim(one, "c")).toEqual(["k", "l"]);
      expect(await settle("k", 1, "c")).toBe(true);
      expect(await claim(one, "c")).toEqual(["l"]);
    });

    test("a put in between keeps a claim from being settled, and expires anew", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "first", { leaseMs });
      await untilExpired(one, ["k"]);
      expect(await claim(one, "c")).toEqual(["k"]);
      await put(other, "k", "second", { leaseMs });
      expect(await one.records.settleExpired({ bucket, key: "k", version: 1, claimer: "c" })).toBe(false);
      await untilExpired(one, ["k"]);
      // The claim was of the expiry before: this one is anybody's.
      const claimed = await other.records.claimExpired(toClaim("another"));
      expect(claimed).toMatchObject([{ key: "k", value: "second", version: 2 }]);
      const settling = { bucket, key: "k", claimer: "another" };
      expect(await other.records.settleExpired({ ...settling, version: 1 })).toBe(false);
      expect(await other.records.settleExpired({ ...settling, version: 2 })).toBe(true);
    });

    test("a record that is renewed after it was settled expires and is claimed anew", async ({ open }) => {
      const transport = await open();
      for (const version of numbers(1, 3)) {
        await put(transport, "k", `${version}`, { leaseMs });
        await untilExpired(transport, ["k"]);
        expect(await claim(transport, `c-${version}`)).toEqual(["k"]);
        const settling = { bucket, key: "k", version, claimer: `c-${version}` };
        expect(await transport.records.settleExpired(settling)).toBe(true);
        expect(await claim(transport, "another")).toEqual([]);
      }
    });

    test("of racing settlements of one claim at least one succeeds, and it stays settled", async ({
      open,
    }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await put(one, "k", "x", { leaseMs });
      await untilExpired(one, ["k"]);
      expect(await claim(one, "c")).toEqual(["k"]);
      const settling = { bucket, key: "k", version: 1, claimer: "c" };
      const outcomes = await Promise.all(
        numbers(1, 10).map((n) => (n % 2 ? one : other).records.settleExpired(settling)),
      );
      expect(outcomes).toContain(true);
      expect(await claim(one, "c")).toEqual([]);
      expect(await claim(other, "another")).toEqual([]);
    });
  });
}
