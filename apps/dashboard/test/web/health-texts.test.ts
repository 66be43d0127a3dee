import { expect, it } from "vitest";
import type { HealthJson } from "../../src/protocol/records.ts";
import { bytesText } from "../../web/src/ui/bytes-text.ts";
import { sparklinePath } from "../../web/src/ui/sparkline-path.ts";
import { conditionText, subjectPath } from "../../web/src/views/health/alert-texts.ts";
import { lengthText, millisecondsText, rateText } from "../../web/src/views/health/figures.ts";
import { HealthHistory, keptPoints } from "../../web/src/views/health/health-history.ts";

function health(at: number, rates: Record<string, number>): HealthJson {
  const by_type = Object.entries(rates).map(([event_type, per_second]) => ({ event_type, per_second }));
  return {
    at: new Date(at).toISOString(),
    store: { product: null, version: null, bytes: null, latency_ms: null },
    rates: { events_per_second: 1, errors_per_minute: 0, by_type },
    streams: [],
    groups: [],
    clients: { connected: 1, dropped: 0 },
    server: { uptime_s: 1, rss_bytes: 1 },
    webhook: null,
  };
}

it("writes bytes, rates and times with the digits that are read", () => {
  expect([0, 1023, 1024, 1_572_864, 200 * 1024 ** 2, null].map(bytesText)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 MiB",
    "200 MiB",
    "?",
  ]);
  expect([0, 0.25, 12.34, 2345.6].map(rateText)).toEqual(["0", "0.3", "12.3", "2,346"]);
  expect([0.44, 1234.5].map(millisecondsText)).toEqual(["0.4 ms", "1,235 ms"]);
  expect([1000, 90_000, 300_000, 1500].map(lengthText)).toEqual([
    "1 second",
    "90 seconds",
    "5 minutes",
    "1500 ms",
  ]);
});

it("keeps the last minutes of each type, and no more", () => {
  const history = new HealthHistory();
  for (let at = 0; at < 3 * keptPoints; at++)
    history.add(health(at, at < 10 ? { old: 1, steady: at } : { steady: at }));
  expect(history.ofType("steady")).toHaveLength(keptPoints);
  expect(history.ofType("steady").at(-1)).toBe(3 * keptPoints - 1);
  expect(history.types).toEqual(["steady"]);
  expect(history.events.values).toHaveLength(keptPoints);
});

it("counts what was told twice once, and stays bounded with any number of types", () => {
  const history = new HealthHistory();
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`type ${at}`, 1]));
  history.add(health(1, many));
  history.add(health(1, many));
  expect(history.types.length).toBeLessThanOrEqual(300);
  expect(history.ofType("type 1")).toEqual([1]);
});

it("leads from an alert to what it is about, whatever its name is", () => {
  expect(subjectPath("agents_lost", "a/b?c")).toBe("/agents/a%2Fb%3Fc");
  expect(subjectPath("approval_waiting", "r1")).toBe("/approvals?id=r1");
  expect(subjectPath("store_unavailable", "sqlite:x")).toBeUndefined();
});

it("says when a rule fires", () => {
  const rule = { enabled: true, severity: "warning" as const };
  expect(conditionText("error_rate", { ...rule, threshold: 10, for_ms: 0 })).toBe("at least 10 a minute");
  expect(conditionText("approval_waiting", { ...rule, threshold: 1, for_ms: 300_000 })).toBe(
    "at least 1 waiting for 5 minutes",
  );
});

it("draws a line from the oldest to the newest, between the least and the greatest", () => {
  const path = sparklinePath([1, 3, 2], { width: 100, height: 24 });
  expect(path).toMatchObject({ line: "M0 22L50 2L100 12", min: 1, max: 3, end: { x: 100, y: 12 } });
  expect(path?.area).toBe("M0 22L50 2L100 12V24H0Z");
});

it("draws one number and equal ones as a level line, and nothing where there is nothing", () => {
  expect(sparklinePath([5], { width: 10, height: 10 })?.line).toBe("M0 5L10 5");
  expect(sparklinePath([5, 5], { width: 10, height: 10 })?.line).toBe("M0 5L10 5");
  expect(sparklinePath([], { width: 10, height: 10 })).toBeUndefined();
  expect(sparklinePath([2, -1], { width: 10, height: 14, from: 0, to: 1 })?.line).toBe("M0 2L10 12");
});
