import { describe, expect, it } from "vitest";
import { exitCode } from "../../src/exit-code.ts";
import { timeOf } from "../../src/input/since.ts";

/** Noon, local: whatever the time zone, its day is the same. */
const now = new Date(2026, 10, 22, 12, 30, 15).getTime();

describe("timeOf", () => {
  it("reads how long ago", () => {
    expect(timeOf("--since", "90s", { now }).getTime()).toBe(now - 90_000);
    expect(timeOf("--since", "10m", { now }).getTime()).toBe(now - 600_000);
    expect(timeOf("--since", "1d", { now }).getTime()).toBe(now - 86_400_000);
  });

  it("reads a time with its zone, and a local one without", () => {
    expect(timeOf("--since", "2026-11-22T19:00:00Z", { now }).toISOString()).toBe("2026-11-22T19:00:00.000Z");
    expect(timeOf("--since", "2026-11-22T19:00:00+02:00", { now }).toISOString()).toBe(
      "2026-11-22T17:00:00.000Z",
    );
    expect(timeOf("--since", "2026-11-21T19:00", { now })).toEqual(new Date(2026, 10, 21, 19));
  });

  it("reads what the commands print: a blank between day and time", () => {
    expect(timeOf("--since", "2026-11-21 19:00:01.123", { now })).toEqual(
      new Date(2026, 10, 21, 19, 0, 1, 123),
    );
  });

  it("reads a time of day as one of today", () => {
    expect(timeOf("--since", "09:05", { now })).toEqual(new Date(2026, 10, 22, 9, 5));
    expect(timeOf("--since", "9:05", { now })).toEqual(new Date(2026, 10, 22, 9, 5));
    expect(timeOf("--since", "9:05:07", { now })).toEqual(new Date(2026, 10, 22, 9, 5, 7));
    expect(timeOf("--since", "23:59", { now })).toEqual(new Date(2026, 10, 22, 23, 59));
  });

  it("a day alone is its midnight, local or in UTC; so is everything without a zone", () => {
    expect(timeOf("--since", "2026-11-21", { now })).toEqual(new Date(2026, 10, 21));
    expect(timeOf("--since", "2026-11-21", { now, utc: true }).toISOString()).toBe(
      "2026-11-21T00:00:00.000Z",
    );
    expect(timeOf("--since", "2026-11-21 05:00", { now, utc: true }).toISOString()).toBe(
      "2026-11-21T05:00:00.000Z",
    );
    expect(timeOf("--since", "05:00", { now, utc: true }).toISOString()).toMatch(/T05:00:00.000Z$/);
    expect(timeOf("--since", "2026-11-21T05:00-03:00", { now, utc: true }).toISOString()).toBe(
      "2026-11-21T08:00:00.000Z",
    );
  });

  it("refuses anything else, and names the right forms", () => {
    for (const text of [
      "",
      "yesterday",
      "1763840401123",
      "22.11.2026",
      "25:00",
      "2026-13-01",
      "2026-02-31",
      "2026-11-22T24:01",
      "1000000000d",
      "Z",
      "-10m",
      "10",
    ]) {
      expect(() => timeOf("--since", text, { now }), text).toThrow(
        expect.objectContaining({
          exitCode: exitCode.usage,
          message: expect.stringMatching(/^--since is how long ago \(90s, 10m, .*\) or a time \(.*\), not "/),
        }),
      );
    }
  });
});
