import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { EventLog } from "../../web/src/state/event-log.ts";
import { EventWindow } from "../../web/src/views/events/event-window.ts";

const all = { types: new Set<string>(), search: "" };

function event(n: number, event_type = n % 2 === 0 ? "even" : "odd"): EventJson {
  return { event_id: `${1000 + n}-0`, event_type, timestamp: null, source: "test", data: { n } };
}

function events(from: number, to: number): EventJson[] {
  return Array.from({ length: to - from }, (_, i) => event(from + i));
}

function numbers(window: EventWindow): number[] {
  return window.items.map(({ event }) => (event!.data as { n: number }).n);
}

test("shows the newest first, and only what the filter lets through", () => {
  const log = new EventLog();
  log.add(events(0, 6));
  const window = new EventWindow(log, all);
  expect(numbers(window.update(all, false))).toEqual([5, 4, 3, 2, 1, 0]);
  expect(numbers(window.update({ ...all, types: new Set(["odd"]) }, false))).toEqual([5, 3, 1]);
  expect(numbers(window.update({ ...all, search: '"N":4' }, false))).toEqual([4]);
  log.add(events(6, 8));
  expect(numbers(window.update({ ...all, types: new Set(["odd"]) }, false))).toEqual([7, 5, 3, 1]);
});

test("stays as it is while it is held, counts what waits, and has all of it afterwards", () => {
  const log = new EventLog();
  log.add(events(0, 3));
  const window = new EventWindow(log, all);
  window.update(all, true);
  const held = window.items;
  log.add(events(3, 10));
  log.addGap({ eventType: "odd", missed: 2, reason: "trimmed" });
  window.update(all, true);
  expect(window.items).toBe(held);
  expect(window.waiting).toBe(7);
  window.update(all, false);
  expect(window.waiting).toBe(0);
  expect(window.items.map(({ n }) => n)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test("a filter that changes while it is held is of what is held, and counts what waits anew", () => {
  const log = new EventLog();
  log.add(events(0, 4));
  const window = new EventWindow(log, all);
  window.update(all, true);
  log.add(events(4, 9));
  expect(window.update(all, true).waiting).toBe(5);
  const odd = { ...all, types: new Set(["odd"]) };
  window.update(odd, true);
  expect(numbers(window)).toEqual([3, 1]);
  expect(window.waiting).toBe(2);
  log.add(events(9, 12));
  expect(window.update(odd, true).waiting).toBe(4);
  expect(numbers(window.update(odd, false))).toEqual([11, 9, 7, 5, 3, 1]);
});

test("what the log has let go is gone here too, unless it is held", () => {
  const log = new EventLog();
  log.add(events(0, 10));
  const window = new EventWindow(log, all);
  window.update(all, true);
  log.add(events(10, 10_010));
  expect(numbers(window.update(all, true))).toHaveLength(10);
  expect(window.waiting).toBe(10_000);
  window.update(all, false);
  expect(window.items).toHaveLength(log.items.length);
  expect(numbers(window)[0]).toBe(10_009);
  log.add(events(10_010, 20_020));
  window.update(all, false);
  expect(window.items).toHaveLength(log.items.length);
  expect(window.items.at(-1)).toBe(log.items[0]);
});

test("a log that begins anew is shown from there", () => {
  const log = new EventLog();
  log.add(events(0, 5));
  const window = new EventWindow(log, all).update(all, false);
  log.clear();
  log.addGap({ eventType: null, missed: null, reason: "behind" });
  log.add(events(20, 22));
  expect(window.update(all, false).items.map(({ event, gap }) => gap?.reason ?? event?.event_id)).toEqual([
    "1021-0",
    "1020-0",
    "behind",
  ]);
});
