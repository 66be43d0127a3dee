import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/exit-code.ts";
import { durationIn, durationOf } from "../../src/input/duration.ts";

describe("durationIn", () => {
  it("reads a number with a unit", () => {
    const texts = { "250ms": 250, "90s": 90_000, "10m": 600_000, "1.5h": 5_400_000, "2d": 172_800_000 };
    for (const [text, ms] of Object.entries(texts)) expect(durationIn(text), text).toBe(ms);
    expect(durationIn(" 10 m ")).toBe(600_000);
    expect(durationIn("0s")).toBe(0);
    expect(durationIn("0.0004s")).toBe(0);
  });

  it("reads a number alone only where it is told its unit", () => {
    expect(durationIn("90")).toBeUndefined();
    expect(durationIn("90", "s")).toBe(90_000);
    expect(durationIn("90ms", "s")).toBe(90);
  });

  it("does not read anything else", () => {
    for (const text of ["", "s", "-1s", "+1s", "1e3s", "1w", "1m30s", "1.s", ".5s", "1,5h", "10M", "1s x"]) {
      expect(durationIn(text, "s"), text).toBeUndefined();
    }
  });
});

describe("durationOf", () => {
  it("takes a number alone as seconds", () => {
    expect(durationOf("--timeout", "0.3")).toBe(300);
    expect(durationOf("--timeout", "0")).toBe(0);
    expect(durationOf("--timeout", "2m")).toBe(120_000);
  });

  it("refuses what no timer can wait for, and what is none, naming the option and the right form", () => {
    expect(durationOf("--timeout", "2147483647ms")).toBe(2 ** 31 - 1);
    for (const text of ["2147483648ms", "25d", "soon", "-1", ""]) {
      expect(() => durationOf("--timeout", text), text).toThrow(
        expect.objectContaining({
          exitCode: exitCode.usage,
          message: `--timeout is a number of seconds, or 250ms, 10m, 2h, at most 24 days, not ${JSON.stringify(text)}.`,
        }),
      );
    }
  });
});
