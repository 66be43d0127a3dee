/** Reading part of one stream, in either direction. */
import type { RangeRequest, Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";

async function range(transport: Transport, request: Partial<RangeRequest>): Promise<number[]> {
  const entries = await transport.streams.range({
    eventType: "a",
    count: 1000,
    newestFirst: false,
    ...request,
  });
  return entries.map((entry) => Number(entry.data));
}

export function streamsRange(suite: Suite): void {
  suite.concern("reading a range", () => {
    suite.test("a range goes forward from the oldest and backward from the newest", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 10));
      expect(await range(transport, {})).toEqual(numbers(1, 10));
      expect(await range(transport, { newestFirst: true })).toEqual(numbers(1, 10).reverse());
    });

    suite.test("both bounds are inclusive, in both directions", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 10));
      const bounds = { fromId: ids[2], toId: ids[6] };
      expect(await range(transport, bounds)).toEqual(numbers(3, 7));
      expect(await range(transport, { ...bounds, newestFirst: true })).toEqual(numbers(3, 7).reverse());
      expect(await range(transport, { fromId: ids[4], toId: ids[4] })).toEqual([5]);
      expect(await range(transport, { fromId: ids[8] })).toEqual([9, 10]);
      expect(await range(transport, { toId: ids[1] })).toEqual([1, 2]);
    });

    suite.test("count takes the first of the direction asked for", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 10));
      expect(await range(transport, { count: 3 })).toEqual([1, 2, 3]);
      expect(await range(transport, { count: 3, newestFirst: true })).toEqual([10, 9, 8]);
      const bounds = { fromId: ids[2], toId: ids[6], count: 2 };
      expect(await range(transport, bounds)).toEqual([3, 4]);
      expect(await range(transport, { ...bounds, newestFirst: true })).toEqual([7, 6]);
      expect(await range(transport, { count: 0 })).toEqual([]);
    });

    suite.test("bounds between, before and after the entries hold", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 5));
      const ms = BigInt(ids[0]!.slice(0, ids[0]!.indexOf("-")));
      const lastMs = BigInt(ids[4]!.slice(0, ids[4]!.indexOf("-")));
      const largest = "18446744073709551615";
      expect(await range(transport, { fromId: "0-0", toId: `${largest}-${largest}` })).toEqual(numbers(1, 5));
      expect(await range(transport, { fromId: `${ms}-0`, toId: `${lastMs}-${largest}` })).toEqual(
        numbers(1, 5),
      );
      expect(await range(transport, { toId: `${ms - 1n}-${largest}` })).toEqual([]);
      expect(await range(transport, { fromId: `${lastMs + 1n}-0` })).toEqual([]);
    });

    suite.test("a range that ends before it begins, or of a missing stream, is empty", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 5));
      const crossed = { fromId: ids[3], toId: ids[1] };
      expect(await range(transport, crossed)).toEqual([]);
      expect(await range(transport, { ...crossed, newestFirst: true })).toEqual([]);
      expect(await range(transport, { eventType: "missing" })).toEqual([]);
      expect(await transport.streams.list({ thorough: true })).toEqual(["a"]);
    });

    suite.test("a range sees only what trimming left", async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, "a", numbers(1, 300));
      await transport.streams.trim("a", 5);
      expect(await range(transport, {})).toEqual(numbers(296, 300));
      expect(await range(transport, { fromId: ids[0], toId: ids[296] })).toEqual([296, 297]);
      expect(await range(transport, { toId: ids[200] })).toEqual([]);
      expect(await range(transport, { newestFirst: true, count: 50 })).toEqual(numbers(296, 300).reverse());
    });
  });
}
