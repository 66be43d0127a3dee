/** The position: stored with the rows, under a version that grows by one. */
import { expect } from "vitest";
import { batch, cursorAt, row, rows, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function positions(suite: SinkSuite): void {
  suite.concern("positions", () => {
    suite.test("an archive that was never written has version 0 and no cursor", async ({ open }) => {
      const sink = await open();
      expect(await sink.position("archive")).toEqual({ version: 0, cursor: null });
    });

    suite.test("a write stores its cursor, and the version grows by one", async ({ open }) => {
      const sink = await open();
      for (let n = 1; n <= 3; n++) {
        expect(await sink.write(batch([row(n)], { cursor: cursorAt(n), afterVersion: n - 1 }))).toEqual({
          outcome: "written",
        });
        expect(await sink.position("archive")).toEqual({ version: n, cursor: cursorAt(n) });
      }
    });

    suite.test("an empty batch moves the position", async ({ open, rows: stored }) => {
      const sink = await open();
      expect(await sink.write(batch([], { cursor: cursorAt(7) }))).toEqual({ outcome: "written" });
      expect(await sink.position("archive")).toEqual({ version: 1, cursor: cursorAt(7) });
      expect(await stored()).toEqual([]);
      await written(sink, [row(1)]);
      expect(await stored()).toEqual([row(1)]);
    });

    suite.test(
      "a write for an older version, or one that is not there yet, is a conflict and changes nothing",
      async ({ open, rows: stored }) => {
        const sink = await open();
        expect(await sink.write(batch([row(9)], { afterVersion: 1 }))).toEqual({ outcome: "conflict" });
        await written(sink, [row(1)]);
        await written(sink, [row(2)]);
        for (const afterVersion of [0, 1, 3]) {
          expect(await sink.write(batch([row(9)], { afterVersion, cursor: cursorAt(9) }))).toEqual({
            outcome: "conflict",
          });
        }
        expect(await sink.position("archive")).toEqual({ version: 2, cursor: cursorAt(2) });
        expect(await stored()).toEqual(rows(1, 2));
      },
    );

    suite.test("an empty batch for another version is a conflict", async ({ open }) => {
      const sink = await open();
      await written(sink, []);
      expect(await sink.write(batch([], { afterVersion: 0, cursor: cursorAt(9) }))).toEqual({
        outcome: "conflict",
      });
      expect(await sink.position("archive")).toEqual({ version: 1, cursor: cursorAt(1) });
    });

    suite.test("a cursor of many streams with odd names comes back as it was", async ({ open }) => {
      const sink = await open();
      const cursor = {
        version: 1,
        positions: Array.from({ length: 2000 }, (_, n) => ({
          eventType: `it's "type" \\ ${n} 🪜`,
          id: `${n}-18446744073709551615`,
          ordinal: n % 2 === 0 ? Number.MAX_SAFE_INTEGER - n : null,
        })),
      } as const;
      await sink.write(batch([row(1)], { cursor }));
      expect(await sink.position("archive")).toEqual({ version: 1, cursor });
    });
  });
}
