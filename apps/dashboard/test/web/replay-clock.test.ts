import { expect, test } from "vitest";
import { ReplayClock } from "../../web/src/views/events/replay-clock.ts";

function clockAt(from = 1000, to = 11_000) {
  const time = { ms: 0 };
  return { time, clock: new ReplayClock({ from, to, now: () => time.ms }) };
}

test("runs at its speed, from the beginning to the end and no further", () => {
  const { time, clock } = clockAt();
  time.ms = 500;
  expect(clock.position).toBe(1000);
  clock.play();
  time.ms = 1500;
  expect(clock.position).toBe(2000);
  clock.setSpeed(5);
  time.ms = 2500;
  expect(clock.position).toBe(7000);
  time.ms = 9000;
  expect(clock.position).toBe(11_000);
  expect(clock.isAtEnd).toBe(true);
});

test("stands still while it is paused, and makes nothing up for it", () => {
  const { time, clock } = clockAt();
  clock.play();
  time.ms = 100;
  clock.pause();
  time.ms = 5000;
  expect(clock.position).toBe(1100);
  clock.play();
  time.ms = 5200;
  expect(clock.position).toBe(1300);
});

test("goes where it is set, within the span", () => {
  const { time, clock } = clockAt();
  clock.play();
  time.ms = 100;
  clock.seek(5000);
  expect(clock.position).toBe(5000);
  time.ms = 200;
  expect(clock.position).toBe(5100);
  clock.seek(0);
  expect(clock.position).toBe(1000);
  clock.seek(99_999);
  expect(clock.isAtEnd).toBe(true);
});

test("waits at its limit, and goes on from there without a jump", () => {
  const { time, clock } = clockAt();
  clock.play();
  clock.limitTo(2000);
  time.ms = 4000;
  expect(clock.position).toBe(2000);
  clock.limitTo(11_000);
  expect(clock.position).toBe(2000);
  time.ms = 4500;
  expect(clock.position).toBe(2500);
});

test("a limit behind it holds it where it is, and does not take it back", () => {
  const { time, clock } = clockAt();
  clock.play();
  time.ms = 3000;
  clock.limitTo(2000);
  time.ms = 5000;
  expect(clock.position).toBe(4000);
});
