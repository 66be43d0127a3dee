/** Listing a bucket by pages. */
import type { StoredRecord, Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, keysUpTo, put, putAll } from "./put.ts";
import type { Suite } from "./suite.ts";
import { untilPassed } from "./until.ts";

/** All pages, one after the other. */
async function listAll(
  { records }: Transport,
  {
    count = 100,
    from = bucket,
    between = async () => {},
  }: {
    readonly count?: number;
    readonly from?: string;
    /** Done after each page. */
    readonly between?: (page: number) => Promise<unknown>;
  } = {},
): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  let next: string | null = null;
  for (let page = 1; ; page++) {
    expect(page, "pages").toBeLessThan(10_000);
    const found = await records.list({ bucket: from, from: next, count });
    all.push(...found.records);
    next = found.next;
    if (next === null) return all;
    await between(page);
  }
}

const keysOnce = (records: readonly StoredRecord[]): string[] => [
  ...new Set(records.map(({ key }) => key).sort()),
];

export function recordsList(suite: Suite): void {
  suite.concern("lists of records", () => {
    suite.test("an empty bucket has one empty page", async ({ open }) => {
      const { records } = await open();
      expect(await records.list({ bucket, from: null, count: 10 })).toEqual({ records: [], next: null });
    });

    suite.test("the pages hold everything, and everything as it is", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await putAll(one, ["leased"]);
      await putAll(one, ["no lease"], { leaseMs: null });
      await putAll(one, ["expired"], { leaseMs: 1 });
      await putAll(one, ["forgotten"], { leaseMs: 1, keepMs: 1 });
      await putAll(one, ["deleted"]);
      await put(one, "elsewhere", "x", { bucket: "other" });
      await put(one, "leased", "renewed", { condition: { holder: "h" } });
      await one.records.delete(bucket, "deleted");
      await untilPassed(performance.now(), 2);
      for (const count of [1, 2, 1000]) {
        const all = await listAll(other, { count });
        expect(keysOnce(all)).toEqual(["expired", "leased", "no lease"]);
        for (const record of all) {
          const [read] = await other.records.get(bucket, [record.key]);
          const same = {
            ageMs: expect.any(Number),
            leaseMs: record.leaseMs === null ? null : expect.any(Number),
          };
          expect(record).toEqual({ ...read, ...same });
        }
      }
    });

    suite.test("the pages of 2500 records miss none", async ({ open }) => {
      const transport = await open();
      const keys = keysUpTo(2500);
      await putAll(transport, keys);
      for (const count of [100, 700]) {
        const all = await listAll(transport, { count });
        expect(keysOnce(all)).toEqual([...keys].sort());
        for (const { key, value } of all) expect(value).toBe(`value of ${key}`);
      }
    });

    suite.test("a page is about as large as asked for, where a bucket takes several", async ({ open }) => {
      const transport = await open();
      await putAll(transport, keysUpTo(1000));
      const page = await transport.records.list({ bucket, from: null, count: 50 });
      if (page.next === null) expect(page.records).toHaveLength(1000);
      else expect(page.records.length).toBeLessThanOrEqual(500);
    });

    suite.test(
      "what is there all the while is listed, whatever else comes, changes and goes",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const keys = keysUpTo(600);
        await putAll(one, keys);
        await putAll(
          one,
          numbers(1, 300).map((n) => `going-${n}`),
        );
        const all = await listAll(one, {
          count: 50,
          between: async (page) => {
            await putAll(other, [`coming-${page}`, `a-${page}`, `key-${page}`]);
            await Promise.all(
              numbers(page * 10 - 9, page * 10).map((n) => other.records.delete(bucket, `going-${n}`)),
            );
          },
        });
        expect(keysOnce(all)).toEqual(expect.arrayContaining(keys));
      },
    );

    suite.test("several lists of one bucket do not disturb each other", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const keys = keysUpTo(300);
      await putAll(one, keys);
      const lists = await Promise.all(
        numbers(1, 6).map((n) => listAll(n % 2 ? one : other, { count: n * 10 })),
      );
      for (const all of lists) expect(keysOnce(all)).toEqual([...keys].sort());
    });
  });
}
