import { expect, test } from "vitest";
import { EventLog } from "../../web/src/state/event-log.ts";

function event(n: number, data: unknown = n) {
  return { event_id: `${n}-0`, event_type: `type ${n % 3}`, timestamp: null, source: "s", data };
}

test("keeps the newest events, numbers each once, and counts those that it has by type", () => {
  const log = new EventLog();
  for (let n = 0; n < 25_000; n += 100) log.add(Array.from({ length: 100 }, (_, i) => event(n + i)));
  expect(log.total).toBe(25_000);
  expect(log.items.length).toBeGreaterThanOrEqual(5000);
  expect(log.items.length).toBeLessThanOrEqual(10_000);
  expect(log.items.at(-1)?.n).toBe(24_999);
  expect(log.items.map(({ n }) => n - log.items[0]!.n)).toEqual(log.items.map((_, i) => i));
  expect([...log.counts.values()].reduce((one, other) => one + other)).toBe(log.items.length);
});

test("large events take no more room than small ones", () => {
  const log = new EventLog();
  const large = "x".repeat(4000);
  for (let n = 0; n < 9900; n++) log.add([event(n, { large: `${large}${n}` })]);
  const kept = log.items.reduce((bytes, { event }) => bytes + JSON.stringify(event).length, 0);
  expect(kept).toBeLessThan(33 * 1024 * 1024);
  expect(kept).toBeGreaterThan(10 * 1024 * 1024);
});

test("gaps alone do not fill it without end", () => {
  const log = new EventLog();
  for (let n = 0; n < 30_000; n++) log.addGap({ eventType: "t", missed: 1, reason: "trimmed" });
  expect(log.items.length).toBeLessThanOrEqual(10_000);
});
