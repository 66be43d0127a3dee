/** Which rows a query gives, by type and time. */

import { expect } from "vitest";
import { compareRows } from "../query/compare-rows.ts";
import { rowMatcher } from "../query/row-matches.ts";
import type { ArchiveQuery, ArchiveRow } from "../sink.ts";
import { collected } from "./collected.ts";
import { row, startMs, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

const types = ["a", "A", "it's", "шаг", " a"];
const given: ArchiveRow[] = types.flatMap((eventType, index) =>
  Array.from({ length: 10 }, (_, n) => row(n * 10 + index, { eventType })),
);
const at = (ms: number) => new Date(startMs + ms);

const queries: Readonly<Record<string, ArchiveQuery>> = {
  "of one type": { types: ["a"] },
  "of several types, one of which there is none of": { types: ["A", "it's", "шаг", "none"] },
  "of no type": { types: [] },
  "from a time on, inclusive": { from: at(50) },
  "up to a time, exclusive": { to: at(50) },
  "of a span": { from: at(20), to: at(71) },
  "of an empty span": { from: at(20), to: at(20) },
  "of a time before everything": { to: new Date("1970-01-01T00:00:00Z") },
  "from a time after everything": { from: new Date("2261-12-31T00:00:00Z") },
  "of a span and types": { types: ["a", " a"], from: at(11), to: at(61) },
};

export function queryRange(suite: SinkSuite): void {
  suite.concern("queries: range", () => {
    for (const [name, query] of Object.entries(queries)) {
      suite.test(`rows ${name}`, async ({ open }) => {
        const sink = await open();
        if (!sink.query) return;
        await written(sink, given);
        const expected = given.filter(rowMatcher(query)).sort(compareRows);
        expect(await collected(sink.query(query))).toEqual(expected);
      });
    }

    suite.test("an empty store gives nothing", async ({ open }) => {
      const sink = await open();
      if (!sink.query) return;
      expect(await collected(sink.query({}))).toEqual([]);
    });
  });
}
