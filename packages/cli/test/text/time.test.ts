import { describe, expect, it } from "vitest";
import { agoText, clockText, dayText, spanText, timeText } from "../../src/text/time.ts";

describe("timeText", () => {
  it("is local, to the millisecond", () => {
    expect(timeText(new Date(2026, 0, 2, 3, 4, 5, 6), false)).toBe("2026-01-02 03:04:05.006");
    expect(timeText(new Date(2026, 10, 22, 19, 20, 1, 123), false)).toBe("2026-11-22 19:20:01.123");
  });

  it("ends with a Z where it is UTC", () => {
    expect(timeText(new Date("2026-11-22T19:20:01.123Z"), true)).toBe("2026-11-22 19:20:01.123Z");
  });

  it("is a question mark where there is none", () => {
    expect(timeText(new Date(Number.NaN), false)).toBe("?");
    expect(timeText(new Date("no time"), true)).toBe("?");
  });
});

describe("spanText", () => {
  it("tells the largest unit that is full, rounded down", () => {
    const spans: [ms: number, text: string][] = [
      [0, "0 s"],
      [999, "0 s"],
      [1000, "1 s"],
      [59_999, "59 s"],
      [60_000, "1 m"],
      [3_599_999, "59 m"],
      [3_600_000, "1 h"],
      [86_399_999, "23 h"],
      [86_400_000, "1 d"],
      [400 * 86_400_000, "400 d"],
    ];
    for (const [ms, text] of spans) expect(spanText(ms), String(ms)).toBe(text);
  });
});

describe("agoText", () => {
  it("is a span, none of what is still to come, and a question mark of what is no time", () => {
    expect(agoText(new Date(1000), 61_000)).toBe("1 m");
    expect(agoText(new Date(90_000), 61_000)).toBe("0 s");
    expect(agoText(new Date(Number.NaN), 61_000)).toBe("?");
  });
});

describe("clockText, dayText", () => {
  it("are parts of the time", () => {
    const time = new Date(2026, 0, 2, 3, 4, 5, 6);
    expect(clockText(time, false)).toBe("03:04:05");
    expect(clockText(new Date("2026-11-22T19:20:01.123Z"), true)).toBe("19:20:01Z");
    expect(dayText(time)).toBe("2026-01-02");
  });
});
