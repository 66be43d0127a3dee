import { isoTime } from "@attune-tools/record-json";
import { describe, expect, it } from "vitest";

describe("isoTime", () => {
  it("is null for what is no time", () => {
    expect(isoTime(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(isoTime(new Date("no time"))).toBeNull();
  });
});
