import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FleetState } from "../../web/src/state/fleet-state.ts";
import { SignalFeed } from "../../web/src/views/signals/signal-feed.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const large = {
  event_id: "5-0",
  event_type: "coordination_signal",
  timestamp: null,
  source: "amy",
  data_bytes: 300_000,
};
const data = { signal_id: "s", signal_type: "ready", source_agent: "amy", target_agent: null, payload: 1 };

/** Of the routes: `answers` one after the other to whoever asks for the event, the last one from then on. */
function feedWith(...answers: readonly Response[]) {
  let asked = 0;
  vi.stubGlobal("fetch", async (path: string) => {
    if (path.startsWith("/api/signals")) return Response.json({ signals: [] });
    return answers[Math.min(asked++, answers.length - 1)]!.clone();
  });
  const fleet = new FleetState();
  const feed = new SignalFeed(
    fleet,
    () => {},
    () => {},
  );
  fleet.apply({ kind: "delta", n: 1, events: [large] });
  return { feed, asked: () => asked };
}

const refusal = (status: number) => Response.json({ error: { code: "X", message: "no" } }, { status });

test("a signal that was too large to be pushed is asked for again when the store was away", async () => {
  const { feed } = feedWith(refusal(503), refusal(429), Response.json({ ...large, data }));
  await vi.advanceTimersByTimeAsync(4000);
  expect(feed.log.all.map(({ type, leftOut }) => [type, leftOut?.isLost])).toEqual([[null, undefined]]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(feed.log.all.map(({ type, leftOut }) => [type, leftOut])).toEqual([["ready", undefined]]);
  feed.close();
});

test("one that is gone says so, and is not asked for any more", async () => {
  const { feed, asked } = feedWith(refusal(404));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(feed.log.all.map(({ leftOut }) => leftOut?.isLost)).toEqual([true]);
  expect(asked()).toBe(1);
  feed.close();
});

test("a view that was left asks for nothing any more", async () => {
  const { feed, asked } = feedWith(refusal(503));
  await vi.advanceTimersByTimeAsync(1000);
  feed.close();
  const before = asked();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(before);
});
