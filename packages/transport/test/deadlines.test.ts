/** Deadlines: each operation expires after its own duration, with one timer for all. */

import { beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { Deadlines } from "../src/deadlines.ts";

describe("Deadlines", () => {
  let clock: ReturnType<typeof manualClock>;
  let deadlines: Deadlines;
  let expired: [string, number][];
  const start = (name: string) => deadlines.start(() => expired.push([name, clock.monotonic()]));

  beforeEach(() => {
    clock = manualClock();
    deadlines = new Deadlines(clock, 100);
    expired = [];
  });

  it("expires each after its own duration, in order", async () => {
    start("a");
    await clock.advance(30);
    start("b");
    start("c");
    await clock.advance(69);
    expect(expired).toEqual([]);
    await clock.advance(100);
    expect(expired).toEqual([
      ["a", 100],
      ["b", 130],
      ["c", 130],
    ]);
  });

  it("does not expire what was cleared, wherever it stands in the list", async () => {
    const all = ["first", "second", "third", "fourth", "fifth"].map(start);
    for (const index of [0, 2, 4]) expect(all[index]!.clear()).toBe(true);
    await clock.advance(100);
    expect(expired.map(([name]) => name)).toEqual(["second", "fourth"]);
  });

  it("says whether an operation was still running", async () => {
    const cleared = start("cleared");
    const late = start("late");
    expect([cleared.clear(), cleared.clear()]).toEqual([true, false]);
    await clock.advance(100);
    expect(late.clear()).toBe(false);
  });

  it("uses one timer for any number, and none once all are over", async () => {
    const all = Array.from({ length: 1000 }, (_, index) => start(String(index)));
    expect(clock.pendingTimers).toBe(1);
    for (const deadline of all) deadline.clear();
    await clock.advance(100);
    expect([clock.pendingTimers, expired]).toEqual([0, []]);
    start("again");
    await clock.advance(100);
    expect(expired).toHaveLength(1);
  });

  it("goes on when an expiry starts or clears another", async () => {
    const other = deadlines.start(() => {
      start("started meanwhile");
      victim.clear();
    });
    const victim = start("victim");
    await clock.advance(250);
    expect(expired).toEqual([["started meanwhile", 200]]);
    expect(other.clear()).toBe(false);
  });

  it("expires everything at once when asked, and keeps no timer", async () => {
    start("a");
    await clock.advance(50);
    start("b");
    deadlines.expireAll();
    expect(expired).toEqual([
      ["a", 50],
      ["b", 50],
    ]);
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(500);
    expect(expired).toHaveLength(2);
  });
});
