/** Several archives share a sink and know nothing of each other. */
import { expect } from "vitest";
import { cursorAt, row, rows, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

const oddNames = [
  "archive",
  "Archive",
  "archive ",
  "it's",
  '"a"',
  "a/b",
  "../up",
  "归档 🪜",
  "x".repeat(256),
  "%",
  "_",
];

export function severalArchives(suite: SinkSuite): void {
  suite.concern("several archives", () => {
    suite.test(
      "each archive has a position of its own, whatever it is called",
      async ({ open, rows: stored }) => {
        const sink = await open();
        for (const [index, name] of oddNames.entries()) {
          for (let n = 0; n <= index; n++) await written(sink, n === 0 ? [row(index)] : [], name);
        }
        const other = await open();
        for (const [index, name] of oddNames.entries()) {
          expect(await other.position(name), name).toEqual({
            version: index + 1,
            cursor: cursorAt(index + 1),
          });
        }
        expect(await stored()).toEqual(rows(0, oddNames.length - 1));
      },
    );

    suite.test("archives that write at once do not hinder each other", async ({ open, rows: stored }) => {
      const sinks = await Promise.all(Array.from({ length: 4 }, open));
      await Promise.all(
        sinks.map(async (sink, index) => {
          for (let n = 0; n < 10; n++) await written(sink, [row(n * 4 + index)], `archive ${index}`);
        }),
      );
      expect(await stored()).toEqual(rows(0, 39));
    });
  });
}
