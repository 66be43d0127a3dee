import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/exit-code.ts";
import { wholeNumber } from "../../src/input/whole-number.ts";

describe("wholeNumber", () => {
  it("reads digits within the bounds, from 1 unless told otherwise", () => {
    expect(wholeNumber("--count", "1")).toBe(1);
    expect(wholeNumber("--count", "007")).toBe(7);
    expect(wholeNumber("--count", "9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(wholeNumber("--count", "0", { min: 0 })).toBe(0);
    expect(wholeNumber("--count", "10", { min: 10, max: 10 })).toBe(10);
  });

  it("refuses anything else, and names the bounds", () => {
    for (const text of [
      "",
      "0",
      "-1",
      "+1",
      "1.5",
      "1e3",
      "0x10",
      " 1",
      "ten",
      "9007199254740992",
      "1_000",
    ]) {
      expect(() => wholeNumber("--count", text), text).toThrow(
        expect.objectContaining({
          exitCode: exitCode.usage,
          message: `--count is a whole number from 1, not ${JSON.stringify(text)}.`,
        }),
      );
    }
    expect(() => wholeNumber("--keep", "11", { min: 0, max: 10 })).toThrow(
      '--keep is a whole number from 0 to 10, not "11".',
    );
  });
});
