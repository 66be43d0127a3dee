import { ReadingLoop } from "@attune-tools/reading-loop";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When it began to read, in milliseconds since the start; each reading takes so long. */
function reading(takesMs: number, { intervalMs = 1000, rest = 4 } = {}) {
  const startedAt = performance.now();
  const began: number[] = [];
  const read = async () => {
    began.push(Math.round(performance.now() - startedAt));
    if (takesMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, takesMs));
  };
  const loop = new ReadingLoop({ read, intervalMs, rest });
  onTestFinished(() => loop.close());
  return { loop, began };
}

it("reads at once, and then from one start to the next in its interval", async () => {
  const { began } = reading(10);
  await vi.advanceTimersByTimeAsync(3500);
  expect(began).toEqual([0, 1000, 2000, 3000]);
});

it("rests so many times as long as a reading took, and never reads twice at once", async () => {
  const { began } = reading(500);
  await vi.advanceTimersByTimeAsync(6000);
  expect(began).toEqual([0, 2500, 5000]);
});

it("that is asked to hurry reads as soon as it has rested, once however often it is asked", async () => {
  const { loop, began } = reading(20);
  await vi.advanceTimersByTimeAsync(300);
  for (let n = 0; n < 5; n++) loop.hurry();
  await vi.advanceTimersByTimeAsync(1);
  expect(began).toEqual([0, 300]);
  loop.hurry(); // meanwhile
  await vi.advanceTimersByTimeAsync(150);
  expect(began).toEqual([0, 300, 400]);
});

it("reads no more often than every 50 ms, however it is hurried", async () => {
  const { loop, began } = reading(0);
  for (let n = 0; n < 1000; n++) {
    loop.hurry();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(began.length).toBeGreaterThan(10);
  expect(began.length).toBeLessThanOrEqual(21);
});

it("that is closed reads no more, also not once the present reading ends, and cannot be hurried", async () => {
  const { loop, began } = reading(100);
  await vi.advanceTimersByTimeAsync(50);
  loop.close();
  loop.hurry();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(began).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});
