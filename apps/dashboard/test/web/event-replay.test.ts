import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EventJson } from "../../src/protocol/records.ts";
import { EventReplay, fullSpeed } from "../../web/src/views/events/event-replay.ts";
import type { ReadPage } from "../../web/src/views/events/history-pages.ts";

const begin = Date.parse("2026-01-01T00:00:00.000Z");

/** One event every 100 ms, from the beginning on. */
function eventAt(n: number): EventJson {
  return { event_id: `${begin + n * 100}-0`, event_type: "t", timestamp: null, source: "s", data: n };
}

function replayOf(count: number, read?: ReadPage) {
  const time = { ms: 0 };
  const asked: URLSearchParams[] = [];
  const answer: ReadPage = async (query) => {
    asked.push(query);
    const limit = Number(query.get("limit"));
    const first = Number(query.get("cursor") ?? Math.ceil((Date.parse(query.get("from")!) - begin) / 100));
    const events = Array.from({ length: Math.max(0, Math.min(limit, count - first)) }, (_, i) =>
      eventAt(first + i),
    );
    return { events, next_cursor: first + limit < count ? String(first + limit) : null };
  };
  const replay = new EventReplay({
    read: read ?? answer,
    from: new Date(begin).toISOString(),
    to: new Date(begin + count * 100).toISOString(),
    filter: { types: new Set(), search: "" },
    onChange: () => {},
    now: () => time.ms,
  });
  const played = () => replay.log.items.map(({ event }) => event?.data);
  return { replay, time, asked, played };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test("plays events in their own rhythm", async () => {
  const { replay, time, played } = replayOf(100);
  await turn();
  replay.clock.play();
  replay.tick();
  expect(played()).toEqual([0]);
  time.ms = 1000;
  replay.tick();
  expect(played()).toEqual(upTo(11));
  replay.clock.pause();
  time.ms = 5000;
  replay.tick();
  expect(played()).toEqual(upTo(11));
  replay.setSpeed(20);
  replay.clock.play();
  time.ms = 5100;
  replay.tick();
  expect(played()).toEqual(upTo(31));
});

test("plays each event of many pages once, in order, at any speed", async () => {
  for (const speed of [100, fullSpeed]) {
    const { replay, time, asked } = replayOf(3500);
    const numbers: unknown[] = [];
    replay.setSpeed(speed);
    replay.clock.play();
    for (let i = 0; i < 2000 && !replay.isOver; i++) {
      await turn();
      time.ms += 100;
      const before = replay.log.total;
      replay.tick();
      numbers.push(
        ...replay.log.items.slice(before - replay.log.total || undefined).map(({ event }) => event?.data),
      );
      if (before === replay.log.total) numbers.splice(before);
    }
    expect(replay.isOver).toBe(true);
    expect(numbers).toEqual(upTo(3500));
    expect(asked).toHaveLength(4);
    expect(replay.clock.isRunning).toBe(false);
  }
});

test("stands still while the store is read, and misses nothing for it", async () => {
  const pages: ((page: Awaited<ReturnType<ReadPage>>) => void)[] = [];
  const { replay, time, played } = replayOf(100, () => new Promise((resolve) => pages.push(resolve)));
  replay.clock.play();
  time.ms = 60_000;
  replay.tick();
  expect(replay.isWaiting).toBe(true);
  expect(replay.clock.position).toBe(begin);
  pages[0]!({ events: [eventAt(0), eventAt(5)], next_cursor: "more" });
  await turn();
  time.ms = 70_000;
  replay.tick();
  expect(played()).toEqual([0, 5]);
  expect(replay.clock.position).toBe(begin + 500);
  pages[1]!({ events: [eventAt(6)], next_cursor: null });
  await turn();
  time.ms = 70_100;
  replay.tick();
  expect(played()).toEqual([0, 5, 6]);
});

test("goes to another place and begins anew there, whatever was being read", async () => {
  const { replay, played, time } = replayOf(100);
  replay.clock.play();
  replay.seek(begin + 5000);
  await turn();
  replay.tick();
  expect(played()).toEqual([50]);
  time.ms = 200;
  replay.tick();
  expect(played()).toEqual([50, 51, 52]);
  replay.seek(begin);
  await turn();
  replay.tick();
  expect(played()).toEqual([0]);
});

test("an error stops it where it is, and it goes on when it is tried again", async () => {
  let fails = true;
  const { replay, played } = replayOf(3, async () => {
    if (fails) throw new Error("the store is away");
    return { events: [eventAt(0)], next_cursor: null };
  });
  await turn();
  replay.clock.play();
  replay.tick();
  expect(replay.error?.message).toBe("the store is away");
  fails = false;
  replay.retry();
  await turn();
  replay.tick();
  expect(replay.error).toBeUndefined();
  expect(played()).toEqual([0]);
});
