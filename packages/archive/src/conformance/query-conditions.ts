/** Conditions mean the same in every store: each answer is held against the same query in JavaScript. */

import { expect } from "vitest";
import { compareRows } from "../query/compare-rows.ts";
import { rowMatcher } from "../query/row-matches.ts";
import type { ArchiveRow, Condition } from "../sink.ts";
import { collected } from "./collected.ts";
import { oddRows } from "./odd-rows.ts";
import { idsOf, row, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

const texts = [
  '{"status":"done","n":1,"ok":true,"nothing":null,"files":[{"name":"a.ts","lines":10},{"name":"b.ts"}]}',
  '{"status":"failed","n":2.5,"ok":false,"files":[]}',
  '{"status":"Done","n":-3,"files":[{"name":"c.ts","lines":200}]}',
  '{"status":"","n":0,"files":{"0":{"name":"key, not index"}}}',
  '{"status":5,"n":"5","ok":"true","nothing":"null"}',
  '{"status":null,"n":null,"ok":null}',
  '{"status":true,"n":true,"ok":1}',
  '{"status":["done"],"n":[1],"ok":{},"nothing":[]}',
  '{"status":{"done":1},"a.b":{"c":1},"a":{"b":{"c":2}},"n":10}',
  '{"status":"it\'s \\"done\\" 100% _x_ \\\\","n":1e2}',
  '{"status":"ä","n":1e-7}',
  '{"status":"z","n":123456789012}',
  '{"status":"\\uffee","n":-0.5}',
  '{"status":"\\ud83e\\ude9c","n":99}',
  '{"":{"":"empty keys"},"n ":1,"it\'s":1,"$":{"x":1},"/":2,"~":3,"[0]":4,"\\"":5,"status":"line\\nbreak","0":"zero"}',
  '["done",{"status":"done"},3]',
  '"done"',
  "5",
  "true",
  "false",
  "null",
  "{}",
  "[]",
  '{"status":"huge","n":1e41}',
  '{"status":"\\ud800","n":-100000000000000000000}',
  // What some take for JSON.
  "NaN",
  "Infinity",
  '{"status":"done","n":NaN}',
  '{"status":"done","n":-Infinity}',
  '{"status":"done","n":1,}',
  '["done",]',
  "{'status':'done'}",
  '{"status":"done"} // done',
  '{"status":"done"}{}',
  '{"status":"done","n":01}',
  '\ufeff{"status":"done"}',
  '{"status":',
  "",
];
const given: ArchiveRow[] = texts.map((data, n) =>
  row(n, { data, source: ["agent-1", "agent-2", "Agent-1", "", "it's", "ä", "z"][n % 7]! }),
);

const fields: Condition["field"][] = [
  "source",
  "data",
  "data.status",
  "data.n",
  "data.ok",
  "data.nothing",
  "data.files.0.name",
  "data.files.1.name",
  "data.files.0.lines",
  "data.files.-1.name",
  "data.files.00.name",
  "data.a.b.c",
  ["data", "a.b", "c"],
  ["data", "", ""],
  ["data", "n "],
  ["data", "it's"],
  ["data", "$", "x"],
  ["data", "/"],
  ["data", "~"],
  ["data", "[0]"],
  ["data", '"'],
  "data.0",
  "data.1.status",
  "data.2",
  "data.*",
  "data.none",
  "data.status.length",
  "data.status.done",
];
/** Those in which there is something of each kind. Where a field is, is asked with `exists` and `=`, and means the same for the others. */
const fewFields: Condition["field"][] = [
  "source",
  "data",
  "data.status",
  "data.n",
  "data.ok",
  "data.nothing",
  "data.files.0.name",
  "data.files.0.lines",
  "data.0",
  "data.none",
];
const values = [
  "done",
  "",
  "5",
  "true",
  "null",
  'it\'s "done" 100% _x_ \\',
  "ä",
  "a.ts",
  5,
  1,
  2.5,
  -3,
  0,
  100,
  1e-7,
  123456789012,
  -1e20,
  1e41,
  Number.MAX_VALUE,
  "x\0y",
  true,
  false,
  null,
];
const comparisons = ["<", "<=", ">", ">="] as const;
const compared = ["", "a", "done", "z", "ä", "\uffee", "🪜", -1, 0, 2.5, 5, 1e11, 1e41, -1e41, "x\0"];
const lists: readonly (string | number)[][] = [
  [],
  ["done"],
  [1, 5, "5"],
  ["it's", "agent-1", 100],
  ["none", -1],
  [-1e20, 1e41, "x\0y"],
];
const parts = ["one", "D", "%", "_", "\\", '"', "'", ".ts", "ä", "🪜", "agent", "\n", "\0"];

export function queryConditions(suite: SinkSuite): void {
  suite.concern("queries: conditions", () => {
    check(
      suite,
      "exists",
      fields.map((field) => ({ field, is: "exists" })),
    );
    check(
      suite,
      "=",
      pairs(fields, values, (field, value) => ({ field, value })),
    );
    check(
      suite,
      "!=",
      pairs(fewFields, values, (field, value) => ({ field, is: "!=", value })),
    );
    for (const is of comparisons)
      check(
        suite,
        is,
        pairs(fewFields, compared, (field, value) => ({ field, is, value })),
      );
    check(
      suite,
      "in",
      pairs(fewFields, lists, (field, value) => ({ field, is: "in", value })),
    );
    check(
      suite,
      "contains",
      pairs(fewFields, parts, (field, value) => ({ field, is: "contains", value })),
    );

    suite.test("odd rows do not disturb conditions", async ({ open }) => {
      const sink = await open();
      if (!sink.query) return;
      const { refuses = [] } = suite.setup;
      const stored = Object.entries(oddRows)
        .filter(([name]) => !(refuses as readonly string[]).includes(name))
        .map(([, one]) => one);
      for (const one of stored) await written(sink, [one]);
      const conditions: Condition[] = [
        { field: "data.n", is: "exists" },
        { field: "data.text", is: "contains", value: "你好" },
        { field: ["data", "b'\""], is: "=", value: 1 },
        { field: "data.0", is: "exists" },
        { field: "source", is: "contains", value: "DROP" },
      ];
      for (const condition of conditions) {
        const query = { where: [condition] };
        const expected = stored.filter(rowMatcher(query)).sort(compareRows);
        expect(idsOf(await collected(sink.query(query))), JSON.stringify(condition)).toEqual(idsOf(expected));
      }
    });

    suite.test("all conditions of a query have to hold", async ({ open }) => {
      const sink = await open();
      if (!sink.query) return;
      await written(sink, given);
      const where: Condition[] = [
        { field: "data.n", is: ">", value: 0 },
        { field: "data.status", is: "exists" },
        { field: "source", is: "!=", value: "z" },
      ];
      const query = { where, types: ["step"], from: new Date(0) };
      const expected = idsOf(given.filter(rowMatcher(query)));
      expect(expected.length).toBeGreaterThan(2);
      expect(idsOf(await collected(sink.query(query)))).toEqual(expected);
    });
  });
}

function pairs<T>(
  of: readonly Condition["field"][],
  over: readonly T[],
  make: (field: Condition["field"], value: T) => Condition,
): Condition[] {
  return of.flatMap((field) => over.map((value) => make(field, value)));
}

/** Many small questions of one kind on one store; all that are answered otherwise are told. */
function check(suite: SinkSuite, is: string, conditions: readonly Condition[]): void {
  suite.test(`the condition ${is} means what it means elsewhere`, async ({ open }) => {
    const sink = await open();
    if (!sink.query) return;
    await written(sink, given);
    const wrong: unknown[] = [];
    let found = 0;
    for (const condition of conditions) {
      const query = { where: [condition] };
      const expected = idsOf(given.filter(rowMatcher(query)));
      const answered = idsOf(await collected(sink.query(query)));
      found += answered.length;
      if (answered.join() !== expected.join()) {
        const dataOf = (ids: readonly string[]) =>
          given.filter(({ eventId }) => ids.includes(eventId)).map(({ data, source }) => `${source} ${data}`);
        wrong.push({
          condition,
          missing: dataOf(expected.filter((id) => !answered.includes(id))),
          superfluous: dataOf(answered.filter((id) => !expected.includes(id))),
        });
      }
    }
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(0);
  });
}
