import { expect, it } from "vitest";
import { signalOfEvent, signalOfJson } from "../../web/src/views/signals/signal-record.ts";

const data = {
  signal_id: "s1",
  signal_type: "go",
  source_agent: "a",
  target_agent: null,
  payload: { n: 1 },
  timestamp: "2026-01-01T00:00:00.500",
  ttl_seconds: 30,
};
const event = {
  event_id: "1-0",
  event_type: "coordination_signal",
  timestamp: "2026-01-01T00:00:01.000Z",
  source: "a",
};

it("reads a signal from the event that tells of it", () => {
  expect(signalOfEvent({ ...event, data })).toMatchObject({
    signalId: "s1",
    type: "go",
    source: "a",
    target: null,
    at: Date.parse("2026-01-01T00:00:01.000Z"),
    ttlSeconds: 30,
    payload: { n: 1 },
  });
});

it("takes a time without a zone for UTC, as Python programs write it", () => {
  expect(signalOfJson(data)?.at).toBe(Date.parse("2026-01-01T00:00:00.500Z"));
});

it("knows the sender of a signal that was too large to be pushed, and where its data is", () => {
  const signal = signalOfEvent({ ...event, data_bytes: 9000 });
  expect(signal).toMatchObject({ source: "a", type: null, leftOut: { eventId: "1-0", bytes: 9000 } });
  expect(signal?.target).toBeUndefined();
});

it.each([
  [null],
  ["text"],
  [[]],
  [{ ...data, signal_id: 7 }],
  [{ ...data, source_agent: { toString: "x" } }],
  [{ ...data, target_agent: 7 }],
  [{ signal_type: "go" }],
])("takes %j for no signal", (other) => {
  expect(signalOfEvent({ ...event, data: other })).toBeUndefined();
});

it("takes events of other types for none", () => {
  expect(signalOfEvent({ ...event, event_type: "job", data })).toBeUndefined();
});
