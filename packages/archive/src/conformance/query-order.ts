/** The order and the number of what a query gives. */

import { expect } from "vitest";
import { compareRows } from "../query/compare-rows.ts";
import type { ArchiveRow } from "../sink.ts";
import { collected } from "./collected.ts";
import { row, rows, startMs, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

/** Made so that timestamps, ids and types each decide somewhere; ids as numbers, not as texts. */
function mixed(): ArchiveRow[] {
  const ids = [
    "9-0",
    "10-0",
    "10-2",
    "10-10",
    "10-9007199254740993",
    "10-9007199254740992",
    "1-18446744073709551615",
  ];
  return ids.flatMap((eventId, n) =>
    ["b", "a", "ä", "B"].map((eventType) =>
      row(0, { eventId, eventType, timestamp: new Date(startMs - (n % 3)) }),
    ),
  );
}

export function queryOrder(suite: SinkSuite): void {
  suite.concern("queries: order", () => {
    suite.test("oldest first: by timestamp, then id, then type", async ({ open }) => {
      const sink = await open();
      if (!sink.query) return;
      const given = mixed();
      await written(sink, given);
      const expected = [...given].sort(compareRows);
      expect(await collected(sink.query({}))).toEqual(expected);
      expect(await collected(sink.query({ order: "oldest first" }))).toEqual(expected);
      expect(await collected(sink.query({ order: "newest first" }))).toEqual(expected.reverse());
    });

    suite.test("a limit gives the first of the order, from either end", async ({ open }) => {
      const sink = await open();
      if (!sink.query) return;
      await written(sink, rows(11, 20));
      await written(sink, rows(1, 10), "other");
      expect(await collected(sink.query({ limit: 3 }))).toEqual(rows(1, 3));
      expect(await collected(sink.query({ limit: 3, order: "newest first" }))).toEqual(
        rows(18, 20).reverse(),
      );
      expect(await collected(sink.query({ limit: 1000 }))).toEqual(rows(1, 20));
      const where = [{ field: "data.n", is: ">", value: 5 }] as const;
      expect(await collected(sink.query({ limit: 2, where }))).toEqual(rows(6, 7));
    });

    suite.test(
      "20,000 rows come one after the other, and an iteration that is left ends its query",
      async ({ open }) => {
        const sink = await open();
        if (!sink.query) return;
        for (let n = 0; n < 20; n++) await written(sink, rows(n * 1000, n * 1000 + 999));
        let count = 0;
        for await (const { data } of sink.query({})) {
          if (data !== `{"n":${count}}`) expect(data).toBe(`{"n":${count}}`);
          count++;
        }
        expect(count).toBe(20_000);
        for (let round = 0; round < 5; round++) {
          for await (const { data } of sink.query({})) {
            if (data === '{"n":3}') break;
          }
        }
        await written(sink, [row(20_000)]);
        expect(await collected(sink.query({ order: "newest first", limit: 1 }))).toEqual([row(20_000)]);
      },
    );

    suite.test("what is written while a query runs does not disturb it", async ({ open }) => {
      const [sink, other] = [await open(), await open()];
      if (!sink.query) return;
      await written(sink, rows(1, 3000));
      const seen: string[] = [];
      for await (const { eventId } of sink.query({})) {
        if (seen.length === 10) await written(other, rows(3001, 3100));
        seen.push(eventId);
      }
      expect(seen.slice(0, 3000)).toEqual(rows(1, 3000).map(({ eventId }) => eventId));
      expect(new Set(seen).size).toBe(seen.length);
    });
  });
}
