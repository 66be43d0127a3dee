/** The manual clock: time moves when a test says so, and timers run in order. */
import { sleep } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { manualClock } from "../src/index.ts";

describe("manualClock", () => {
  it("stands still until it is moved", async () => {
    const clock = manualClock(1000);
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250]);
  });

  it("runs timers at their own times, in order, equals in the order they were set", async () => {
    const clock = manualClock();
    const ran: [string, number][] = [];
    const set = (name: string, ms: number) => clock.setTimer(() => ran.push([name, clock.monotonic()]), ms);
    set("late", 300);
    set("early", 100);
    set("same", 100);
    set("never", 301);
    await clock.advance(300);
    expect(ran).toEqual([
      ["early", 100],
      ["same", 100],
      ["late", 300],
    ]);
    expect(clock.pendingTimers).toBe(1);
  });

  it("runs what timers and their promises set within the same span", async () => {
    const clock = manualClock();
    const woken: number[] = [];
    void (async () => {
      for (;;) {
        await sleep(clock, 100);
        woken.push(clock.monotonic());
      }
    })();
    await clock.advance(350);
    expect(woken).toEqual([100, 200, 300]);
  });

  it("forgets a timer that was cleared", async () => {
    const clock = manualClock();
    let ran = false;
    clock.setTimer(() => (ran = true), 10).clear();
    await clock.advance(100);
    expect([ran, clock.pendingTimers]).toEqual([false, 0]);
  });
});
