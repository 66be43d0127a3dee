/** Holders: a new one fences off the one before, whose puts are refused from then on. */
import type { PutOutcome, Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { bucket, get, put } from "./put.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

function putAs(
  transport: Transport,
  holder: string,
  incarnation?: number,
  more: { readonly leaseMs?: number; readonly keepMs?: number } = {},
): Promise<PutOutcome> {
  return put(transport, "k", `by ${holder}`, { condition: { holder, incarnation }, ...more });
}

/** The incarnation that a put got; it has to be stored. */
async function incarnationOf(outcome: Promise<PutOutcome>): Promise<number> {
  const settled = await outcome;
  expect(settled).toMatchObject({ stored: true });
  return settled.stored ? settled.incarnation : Number.NaN;
}

export function recordsFencing(suite: Suite): void {
  suite.concern("holders of records", () => {
    suite.test("a new holder gets a higher incarnation, and fences off the one before", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const old = await incarnationOf(putAs(one, "old"));
      expect(old).toBeGreaterThanOrEqual(1);
      const newer = await incarnationOf(putAs(other, "newer"));
      expect(newer).toBeGreaterThan(old);
      expect(await putAs(one, "old", old)).toMatchObject({
        stored: false,
        reason: "condition",
        current: { value: "by newer", version: 2, incarnation: newer },
      });
      expect(await get(one, "k")).toMatchObject({ value: "by newer", version: 2, incarnation: newer });
      expect(await incarnationOf(putAs(other, "newer", newer))).toBe(newer);
    });

    suite.test("the same holder keeps its incarnation, said or not", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const incarnation = await incarnationOf(putAs(one, "holder"));
      for (const n of numbers(2, 8)) {
        const outcome = await putAs(n % 2 ? one : other, "holder", n % 3 ? incarnation : undefined);
        expect(outcome).toEqual({ stored: true, version: n, incarnation });
      }
    });

    suite.test(
      "fifty holders that race each get an incarnation of their own, and one is left",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const incarnations = await Promise.all(
          numbers(1, 50).map((n) => incarnationOf(putAs(n % 2 ? one : other, `h${n}`))),
        );
        expect(new Set(incarnations).size).toBe(50);
        const highest = Math.max(...incarnations);
        expect(await get(one, "k")).toMatchObject({ version: 50, incarnation: highest });
        const again = await Promise.all(
          incarnations.map((incarnation, index) =>
            putAs(index % 2 ? one : other, `h${index + 1}`, incarnation),
          ),
        );
        expect(again.map(({ stored }) => stored)).toEqual(incarnations.map((n) => n === highest));
      },
    );

    suite.test(
      "a holder that was fenced off before it heard of its incarnation stays so",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const old = await incarnationOf(putAs(one, "old"));
        const newer = await incarnationOf(putAs(other, "newer"));
        // Its answer was lost, and it asks for an incarnation once more.
        for (const transport of [one, other]) {
          expect(await putAs(transport, "old")).toMatchObject({
            stored: false,
            reason: "condition",
            current: { value: "by newer", incarnation: newer },
          });
        }
        expect(await putAs(one, "old", old)).toMatchObject({ stored: false });
        expect(await incarnationOf(putAs(one, "newest"))).toBeGreaterThan(newer);
        expect(await putAs(one, "newer")).toMatchObject({ stored: false, current: { value: "by newest" } });
      },
    );

    suite.test("incarnations do not go back when the record is deleted", async ({ open }) => {
      const transport = await open();
      let highest = 0;
      for (const round of numbers(1, 10)) {
        for (const holder of ["a", "b", "c"]) {
          const incarnation = await incarnationOf(putAs(transport, `${holder}${round}`));
          expect(incarnation).toBeGreaterThan(highest);
          highest = incarnation;
        }
        expect(await transport.records.delete(bucket, "k")).toBe(true);
      }
    });

    suite.test("incarnations do not go back when the record is forgotten", async ({ open }) => {
      const transport = await open();
      let highest = 0;
      for (const holder of ["a", "b", "c"]) {
        const incarnation = await incarnationOf(
          putAs(transport, holder, undefined, { leaseMs: 1, keepMs: 1 }),
        );
        expect(incarnation).toBeGreaterThan(highest);
        highest = incarnation;
        await until("it is forgotten", async () => (await get(transport, "k")) === null);
      }
    });

    suite.test(
      "a holder whose record was deleted or forgotten goes on with its incarnation",
      async ({ open }) => {
        const transport = await open();
        const incarnation = await incarnationOf(putAs(transport, "holder"));
        await transport.records.delete(bucket, "k");
        expect(await putAs(transport, "holder", incarnation, { leaseMs: 1, keepMs: 1 })).toEqual({
          stored: true,
          version: 1,
          incarnation,
        });
        await until("it is forgotten", async () => (await get(transport, "k")) === null);
        expect(await putAs(transport, "holder", incarnation)).toEqual({
          stored: true,
          version: 1,
          incarnation,
        });
        expect(await incarnationOf(putAs(transport, "newer"))).toBeGreaterThan(incarnation);
        expect(await putAs(transport, "holder", incarnation)).toMatchObject({ stored: false });
      },
    );

    suite.test("a put without a condition keeps the holder and its incarnation", async ({ open }) => {
      const transport = await open();
      const incarnation = await incarnationOf(putAs(transport, "holder"));
      expect(await put(transport, "k", "by anybody")).toEqual({ stored: true, version: 2, incarnation });
      expect(await put(transport, "k", "again", { condition: { version: 2 } })).toMatchObject({
        incarnation,
      });
      expect(await incarnationOf(putAs(transport, "holder", incarnation))).toBe(incarnation);
    });

    suite.test("a holder takes over a record that never had one", async ({ open }) => {
      const transport = await open();
      await put(transport, "k", "nobody's");
      expect(await incarnationOf(putAs(transport, "holder"))).toBeGreaterThanOrEqual(1);
      expect(await get(transport, "k")).toMatchObject({ value: "by holder", version: 2 });
    });

    suite.test("holders of other keys and buckets have nothing to do with each other", async ({ open }) => {
      const transport = await open();
      const condition = { holder: "holder" };
      const first = await incarnationOf(put(transport, "k", "1", { condition }));
      await incarnationOf(put(transport, "k", "2", { condition: { holder: "newer" } }));
      for (const elsewhere of [{ key: "l" }, { bucket: "other" }]) {
        const stale = { holder: "holder", incarnation: first };
        expect(await put(transport, "k", "3", { condition: stale, ...elsewhere })).toEqual({
          stored: true,
          version: 1,
          incarnation: first,
        });
      }
      expect(await get(transport, "k")).toMatchObject({ value: "2", version: 2 });
    });
  });
}
