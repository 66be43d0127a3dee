/** A row is there once, however often it is written. */
import { expect } from "vitest";
import { row, rows, write, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function writingAgain(suite: SinkSuite): void {
  suite.concern("writing again", () => {
    suite.test(
      "a row that another archive has written before is kept once",
      async ({ open, rows: stored }) => {
        const sink = await open();
        await written(sink, rows(1, 10), "one");
        await written(sink, rows(6, 15), "other");
        expect(await stored()).toEqual(rows(1, 15));
      },
    );

    suite.test("a row twice in one batch is kept once", async ({ open, rows: stored }) => {
      const sink = await open();
      await written(sink, [row(1), row(2), row(1)]);
      expect(await stored()).toEqual(rows(1, 2));
    });

    suite.test(
      "a batch of which every row is there already moves the position",
      async ({ open, rows: stored }) => {
        const sink = await open();
        await written(sink, rows(1, 10));
        await written(sink, rows(1, 10));
        expect(await sink.position("archive")).toMatchObject({ version: 2 });
        expect(await stored()).toEqual(rows(1, 10));
      },
    );

    suite.test(
      "a hundred writes of one batch for one version: one is written, the others conflict",
      async ({ open, rows: stored }) => {
        const sink = await open();
        await written(sink, rows(1, 5));
        const again = {
          archive: "archive",
          rows: rows(6, 10),
          afterVersion: 1,
          cursor: { version: 1, positions: [] },
        } as const;
        const outcomes: string[] = [];
        for (let n = 0; n < 100; n++) outcomes.push((await sink.write(again)).outcome);
        expect(outcomes).toEqual(["written", ...Array.from({ length: 99 }, () => "conflict")]);
        expect(await stored()).toEqual(rows(1, 10));
        expect(await write(sink, [row(11)])).toEqual({ outcome: "written" });
      },
    );
  });
}
