import { describe, expect, it } from "vitest";
import { cellWidth, type TableColumn, textTable } from "../src/index.ts";
import { randomNumbers, randomText } from "./random-text.ts";

describe("textTable", () => {
  it("sets columns as wide as their content, numbers to the right", () => {
    const rows = [
      ["a", "1", "first"],
      ["bcd", "12", "second"],
    ];
    expect(textTable(rows, { width: 80, right: [1] })).toEqual(["  a     1  first", "  bcd  12  second"]);
  });

  it("counts cells, not characters", () => {
    const rows = [
      ["世界", "x"],
      ["👩‍🚀", "y"],
      ["abc", "z"],
    ];
    expect(textTable(rows, { width: 80, indent: 0 })).toEqual(["世界  x", "👩‍🚀    y", "abc   z"]);
  });

  it("cuts the last column of a plain table first, then the widest", () => {
    const rows = [["identifier", "a longer description", "the longest text of them all"]];
    expect(textTable(rows, { width: 45 })).toEqual(["  identifier  a longer description  the long…"]);
    expect(textTable(rows, { width: 34 })).toEqual(["  identifier  a longer …  the lon…"]);
  });

  const columns: TableColumn[] = [
    { header: "AGENT", keep: true },
    { header: "STATE" },
    { header: "BEATS", align: "right", priority: 1 },
    { header: "WHAT", grow: true, priority: -1 },
  ];
  const rows = [
    ["agent-0123456789", "working on it", "12", "reads every file of the tree, one after the other"],
    ["agent-1", "idle", "7", ""],
  ];

  it.each([
    [91, "  agent-0123456789  working on it     12  reads every file of the tree, one after the other"],
    [60, "  agent-0123456789  working on it     12  reads every file …"],
    [46, "  agent-0123456789  working …     12  reads e…"],
    [41, "  agent-0123456789  working…     12  rea…"],
    [30, "  agent-0123456789  wo…     12"],
    [20, "  agent-0123456789"],
    [12, "  agent-012…"],
    [3, "  …"],
    [2, ""],
    [0, ""],
  ])("cuts or leaves out what matters least: %j cells", (width, expected) => {
    const lines = textTable(rows, { columns, width });
    expect(lines[1]).toBe(expected);
    for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width);
  });

  it("has a first line of headers if there are any", () => {
    expect(textTable(rows, { columns, width: 90 })[0]).toBe("  AGENT             STATE          BEATS  WHAT");
    expect(textTable([], { columns, width: 90 })).toEqual(["  AGENT  STATE  BEATS  WHAT"]);
    expect(textTable([], { width: 90 })).toEqual([]);
  });

  it("styles what stands in the table, without the blanks beside it", () => {
    const styled: TableColumn[] = [{ style: (text, row) => `<${row}:${text}>` }, { align: "right" }];
    expect(
      textTable(
        [
          ["a", "1"],
          ["abc", "22"],
          ["", "3"],
        ],
        { columns: styled, width: 20, indent: 0 },
      ),
    ).toEqual(["<0:a>     1", "<1:abc>  22", "      3"]);
  });

  it("never exceeds the width, whatever is in it, and its columns stand below each other", () => {
    const next = randomNumbers(4);
    for (let round = 0; round < 400; round++) {
      const count = 1 + Math.floor(next() * 5);
      const some = Array.from({ length: count }, (): TableColumn => {
        return {
          ...(next() < 0.5 && { header: randomText(next) }),
          align: next() < 0.3 ? "right" : "left",
          priority: Math.floor(next() * 3),
          keep: next() < 0.2,
          grow: next() < 0.3,
        };
      });
      const cells = Array.from({ length: 4 }, () => some.map(() => randomText(next)));
      const width = Math.floor(next() * 60);
      const lines = textTable(cells, { width, columns: [...some, { grow: false, keep: true }] });
      for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width);
      // With a last column that is the same in all rows, all lines end in the same cell.
      const ended = textTable(
        cells.map((row) => [...row, "END"]),
        { width: 200, columns: [...some.map(({ header: _, ...column }) => column), { keep: true }] },
      );
      expect(new Set(ended.map(cellWidth)).size).toBe(1);
    }
  });
});
