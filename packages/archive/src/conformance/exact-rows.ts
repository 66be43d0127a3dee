/** Rows come back exactly as they were given. */
import { expect } from "vitest";
import { type OddRow, oddRows } from "./odd-rows.ts";
import { row, rows, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function exactRows(suite: SinkSuite): void {
  suite.concern("rows", () => {
    suite.test("a row comes back with every field as it was", async ({ open, rows: stored }) => {
      const sink = await open();
      const given = row(1, { data: '{"n": 1, "nested": {"list": [1, "two", null, true]}}' });
      await written(sink, [given]);
      expect(await stored()).toEqual([given]);
    });

    suite.test("1000 rows of one batch are all there, in order", async ({ open, rows: stored }) => {
      const sink = await open();
      await written(sink, rows(1, 1000));
      expect(await stored()).toEqual(rows(1, 1000));
    });

    suite.test("a batch of 4 MiB is written", async ({ open, rows: stored }) => {
      const sink = await open();
      const given = rows(1, 64, { data: JSON.stringify("x".repeat(65_000)) });
      await written(sink, given);
      expect(await stored()).toEqual(given);
    });

    suite.test(
      "rows of the same id in different types are different rows",
      async ({ open, rows: stored }) => {
        const sink = await open();
        const given = [row(1, { eventType: "a" }), row(1, { eventType: "b" })];
        await written(sink, given);
        expect(await stored()).toEqual(given);
      },
    );

    for (const name of Object.keys(oddRows) as OddRow[]) {
      if (suite.setup.refuses?.includes(name)) continue;
      suite.test(`${name}: comes back as it was`, async ({ open, rows: stored }) => {
        const sink = await open();
        await written(sink, [oddRows[name]]);
        // Compared as a whole first: a megabyte is not to be printed.
        const [back] = await stored();
        expect({ ...back, data: "" }).toEqual({ ...oddRows[name], data: "" });
        expect(back!.data === oddRows[name].data, `data: ${back!.data.slice(0, 200)}`).toBe(true);
      });
    }
  });
}
