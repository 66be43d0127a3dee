import { describe, expect, it } from "vitest";
import { cellWidth, clipped } from "../src/index.ts";
import { randomNumbers, randomText } from "./random-text.ts";

describe("clipped", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["abcd", 1, "…"],
    ["😀😀😀", 2, "…"],
    ["😀😀😀", 5, "😀😀…"],
    ["世界地図", 7, "世界地…"],
    ["世界地図", 8, "世界地図"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["👩‍🚀👩‍🚀", 3, "👩‍🚀…"],
    ["\u001b[31mred\u001b[0m", 3, "red"],
    ["abc", 0, ""],
    ["abc", -1, ""],
    ["abc", Number.NaN, ""],
  ])("cuts %j to %j cells", (text, width, expected) => {
    expect(clipped(text, width)).toBe(expected);
  });

  it("never exceeds the width, and never cuts what fits", () => {
    const next = randomNumbers(3);
    for (let round = 0; round < 3000; round++) {
      const text = randomText(next);
      const width = Math.floor(next() * 20);
      const cut = clipped(text, width);
      expect(cellWidth(cut)).toBeLessThanOrEqual(width);
      expect(clipped(cut, width)).toBe(cut);
      expect(clipped(text, 1000).startsWith(cut.replace(/…$/, ""))).toBe(true);
    }
  });

  it("shows that there is more where marks are piled on one character", () => {
    expect(clipped(`a${"\u0301".repeat(100_000)}`, 10)).toMatch(/…$/);
  });
});
