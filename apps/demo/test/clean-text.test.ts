import { describe, expect, it } from "vitest";
import { cleanText, clipped } from "../src/terminal/clean-text.ts";

describe("cleanText", () => {
  it("leaves nothing that could move the cursor, break the line or turn the reading direction", () => {
    expect(cleanText("a\u001b[2Jb\rc\nd\te\u0007f\u009bg\u2028h\u202ei\u007f")).not.toMatch(
      /[\p{Cc}\u2028-\u202e]/u,
    );
    expect(cleanText("a\u001b[2Jb")).toBe("a\ufffd[2Jb");
  });

  it("leaves ordinary text of any language alone", () => {
    const text = "Grüße, 世界, שלום, 👩‍🚀 — fine";
    expect(cleanText(text)).toBe(text);
  });
});

describe("clipped", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["😀😀😀", 2, "😀…"],
    ["abc", 0, ""],
    ["abc", -1, ""],
  ])("cuts %j to %j characters", (text, width, expected) => {
    expect(clipped(text, width)).toBe(expected);
  });
});
