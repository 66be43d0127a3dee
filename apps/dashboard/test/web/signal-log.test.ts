import { expect, it } from "vitest";
import { keptSignals, SignalLog } from "../../web/src/views/signals/signal-log.ts";
import type { SignalRecord } from "../../web/src/views/signals/signal-record.ts";

function signal(number: number, more: Partial<SignalRecord> = {}): SignalRecord {
  return {
    signalId: `s${number}`,
    type: "go",
    source: "a",
    target: "b",
    at: number,
    ttlSeconds: 60,
    payload: null,
    ...more,
  };
}

it("keeps each signal once, whether it was pushed or read", () => {
  const log = new SignalLog();
  expect(log.add([signal(5), signal(6), signal(5)])).toHaveLength(2);
  expect(log.addOlder([signal(6), signal(3), signal(4)]).map(({ at }) => at)).toEqual([3, 4]);
  expect(log.all.map(({ at }) => at)).toEqual([3, 4, 5, 6]);
});

it("stays bounded, and knows those again that it still has", () => {
  const log = new SignalLog();
  for (let number = 0; number < 3 * keptSignals; number++) log.add([signal(number)]);
  expect(log.all.length).toBeLessThanOrEqual(2 * keptSignals);
  expect(log.all.at(-1)?.at).toBe(3 * keptSignals - 1);
  expect(log.add([signal(3 * keptSignals - 1)])).toEqual([]);
});

it("puts what was left out of a signal into its place", () => {
  const log = new SignalLog();
  const large = signal(1, { signalId: "event 1-0", type: null, leftOut: { eventId: "1-0", bytes: 9000 } });
  log.add([large, signal(2)]);
  log.complete("event 1-0", signal(1, { payload: "whole" }));
  expect(log.all.map(({ signalId }) => signalId)).toEqual(["s1", "s2"]);
  expect(log.add([signal(1)])).toEqual([]);
});

it("drops the place of a signal that it has already, when its data comes", () => {
  const log = new SignalLog();
  log.add([signal(1, { signalId: "event 1-0", type: null }), signal(2)]);
  log.complete("event 1-0", signal(2));
  expect(log.all.map(({ signalId }) => signalId)).toEqual(["s2"]);
});
