import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HealthJson } from "../../src/protocol/records.ts";
import { FleetState } from "../../web/src/state/fleet-state.ts";
import { ServerClock } from "../../web/src/state/server-clock.ts";
import { clockNow, followClock } from "../../web/src/ui/clock.ts";

const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ now: 10 * hour });
});
afterEach(() => {
  followClock({ offsetMs: 0 });
  vi.useRealTimers();
});

test("a clock that is off is followed, in both directions; a slow message is no such clock", () => {
  const clock = new ServerClock();
  expect(clock.offsetMs).toBe(0);
  clock.hear(iso(2 * hour), 2 * hour + 400);
  expect(clock.offsetMs).toBe(0);
  const ahead = new ServerClock();
  ahead.hear(iso(3 * hour), 2 * hour);
  expect(ahead.offsetMs).toBe(hour);
  const behind = new ServerClock();
  behind.hear(iso(hour), 2 * hour + 9000);
  behind.hear(iso(hour), 2 * hour);
  behind.hear("no time", 2 * hour);
  expect(behind.offsetMs).toBe(-hour);
});

test("a clock that was set right is followed after some messages", () => {
  const clock = new ServerClock();
  clock.hear(iso(3 * hour), 2 * hour);
  for (let n = 0; n < 5; n++) clock.hear(iso(2 * hour + n), 2 * hour + n);
  expect(clock.offsetMs).toBe(0);
});

test("what ticks goes by the server's clock, as told live and not by what was known before", () => {
  const state = new FleetState();
  followClock(state.serverClock);
  const health = (at: number) => ({ at: iso(at) }) as HealthJson;
  const about = { server: "s", version: "1", read_only: false, responder: "r", positions: [], missed: 0 };
  const agents = { changed: [], gone: [] } as const;
  state.apply({ kind: "snapshot", resumed: false, events: [], agents, health: health(hour), ...about });
  expect(clockNow()).toBe(10 * hour);
  state.apply({ kind: "delta", n: 1, health: health(11 * hour) });
  expect(clockNow()).toBe(11 * hour);
});
