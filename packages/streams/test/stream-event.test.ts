import type { StreamEntry } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { toStreamEvent } from "../src/stream-event.ts";

const whole: StreamEntry = {
  id: "1700000000000-5",
  eventType: "a",
  timestamp: "2026-01-27T12:00:00.000Z",
  data: '{"n":1}',
  source: "me",
};

describe("an event", () => {
  it("shows what its entry holds", () => {
    const event = toStreamEvent(whole, "a");
    expect(event).toMatchObject({
      eventId: whole.id,
      eventType: "a",
      source: "me",
      data: { n: 1 },
      valid: true,
    });
    expect(event.timestamp).toEqual(new Date("2026-01-27T12:00:00Z"));
    expect(JSON.parse(JSON.stringify(event))).toEqual({
      event_id: whole.id,
      event_type: "a",
      timestamp: "2026-01-27T12:00:00.000Z",
      data: { n: 1 },
      source: "me",
    });
  });

  it.each([
    ["2026-01-27T12:00:00", "2026-01-27T12:00:00.000Z"],
    ["2026-01-27T12:00:00.123456", "2026-01-27T12:00:00.123Z"],
    ["2026-01-27T12:00:00+02:00", "2026-01-27T10:00:00.000Z"],
    ["2026-01-27T12:00", "2026-01-27T12:00:00.000Z"],
  ])("reads the time %s, without a zone as UTC", (timestamp, expected) => {
    const event = toStreamEvent({ ...whole, timestamp }, "a");
    expect(event.timestamp.toISOString()).toBe(expected);
    expect(event.valid).toBe(true);
  });

  it.each([
    [{ data: '{"n":' }, /not JSON/],
    [{ data: undefined }, /no field data/],
    [{ timestamp: undefined }, /no field timestamp/],
    [{ timestamp: "yesterday" }, /no ISO 8601 time/],
    [{ timestamp: "2026-13-45T99:00:00Z" }, /no ISO 8601 time/],
    [{ source: undefined }, /no field source/],
    [{ eventType: undefined }, /no field event_type/],
    [{ eventType: "b" }, /event_type is "b"/],
  ])("with %j is invalid and says why, and reading it never throws", (change, reason) => {
    const event = toStreamEvent({ ...whole, ...change }, "a");
    expect(event.valid).toBe(false);
    expect(event.invalidReason).toMatch(reason);
    expect(event.eventType).toBe("a");
    expect(Number.isNaN(event.timestamp.getTime())).toBe(false);
    expect(() => JSON.stringify(event)).not.toThrow();
  });

  it("without a readable time has the one at which the store took it", () => {
    const event = toStreamEvent({ ...whole, timestamp: "?" }, "a");
    expect(event.timestamp).toEqual(new Date(1_700_000_000_000));
  });

  it("is frozen to the bottom", () => {
    const { data } = toStreamEvent({ ...whole, data: '{"a":[{"b":1}]}' }, "a");
    expect(Object.isFrozen((data as { a: object[] }).a[0])).toBe(true);
  });
});
