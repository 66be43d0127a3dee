/** waitFor: looks, sleeps until rung, looks again; never consumes and then reports nothing. */

import { beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { type Bell, type WaitRequest, waitFor } from "../src/index.ts";

/** A bell with a rope. */
class TestBell implements Bell {
  readonly rings = new Set<() => void>();
  readyFails = false;

  watch(_: readonly string[], ring: () => void) {
    this.rings.add(ring);
    return {
      ready: this.readyFails ? Promise.reject(new Error("cannot be heard")) : Promise.resolve(),
      close: () => void this.rings.delete(ring),
    };
  }

  ring(): void {
    for (const ring of [...this.rings]) ring();
  }
}

describe("waitFor", () => {
  let clock: ReturnType<typeof manualClock>;
  let bell: TestBell;
  let looks: number;
  const wait = <T>(look: () => Promise<T | undefined>, more: Partial<WaitRequest<T>> = {}) =>
    waitFor<T>({
      bell,
      clock,
      topics: ["streams"],
      timeoutMs: 10_000,
      look: () => {
        looks++;
        return look();
      },
      ...more,
    });
  const nothing = async () => undefined;

  beforeEach(() => {
    clock = manualClock();
    bell = new TestBell();
    looks = 0;
  });

  it("gives what is there without waiting", async () => {
    expect(await wait(async () => "there")).toBe("there");
    expect([looks, clock.pendingTimers, bell.rings.size]).toEqual([1, 0, 0]);
  });

  it("takes falsy values for found, and only undefined for nothing", async () => {
    for (const value of [null, 0, "", false]) expect(await wait(async () => value)).toBe(value);
  });

  it("with timeout 0 looks exactly once", async () => {
    expect(await wait(nothing, { timeoutMs: 0 })).toBeUndefined();
    expect(looks).toBe(1);
    expect(await wait(async () => "there", { timeoutMs: 0 })).toBe("there");
  });

  it("looks again when it is rung", async () => {
    let found: string | undefined;
    const waiting = wait(async () => found, { safetyMs: 5000 });
    await clock.advance(10);
    bell.ring();
    await clock.advance(0);
    expect(looks).toBe(2);
    found = "now";
    bell.ring();
    expect(await waiting).toBe("now");
    expect(clock.monotonic()).toBe(10);
  });

  it("does not lose a ring that comes during a look", async () => {
    const waiting = wait(async () => {
      if (looks === 1) bell.ring(); // after the store was asked, before its answer arrived
      return looks === 2 ? "found" : undefined;
    });
    expect(await waiting).toBe("found");
    expect(clock.monotonic()).toBe(0);
  });

  it("listens before it looks for the first time", async () => {
    await wait(async () => {
      expect(bell.rings.size).toBe(1);
      return "there";
    });
  });

  it("looks again after the safety interval when the bell was missed", async () => {
    let found: string | undefined;
    const waiting = wait(async () => found, { safetyMs: 300 });
    await clock.advance(299);
    expect(looks).toBe(1);
    found = "missed";
    await clock.advance(1);
    expect(await waiting).toBe("missed");
  });

  it("goes on by the safety interval with a bell that cannot be heard", async () => {
    bell.readyFails = true;
    const waiting = wait(async () => (looks > 2 ? "found" : undefined));
    await clock.advance(2000);
    expect(await waiting).toBe("found");
  });

  it("gives nothing at the timeout, after a last look", async () => {
    const waiting = wait(nothing, { timeoutMs: 1500, safetyMs: 1000 });
    await clock.advance(1499);
    expect(looks).toBe(2);
    await clock.advance(1);
    expect(await waiting).toBeUndefined();
    expect(looks).toBe(3);
    expect([clock.pendingTimers, bell.rings.size]).toEqual([0, 0]);
  });

  it("ends at once when it is aborted while it sleeps", async () => {
    const abort = new AbortController();
    const waiting = wait(nothing, { signal: abort.signal });
    await clock.advance(10);
    abort.abort();
    expect(await waiting).toBeUndefined();
    expect([clock.monotonic(), clock.pendingTimers, bell.rings.size]).toEqual([10, 0, 0]);
  });

  it("does not look at all when it was aborted before", async () => {
    expect(await wait(async () => "there", { signal: AbortSignal.abort() })).toBeUndefined();
    expect([looks, bell.rings.size]).toEqual([0, 0]);
  });

  it("an abort during a look lets the look settle, and what it consumed is given", async () => {
    const abort = new AbortController();
    const answer = Promise.withResolvers<string | undefined>();
    const waiting = wait(() => answer.promise, { signal: abort.signal });
    await clock.advance(10);
    abort.abort();
    await clock.advance(10);
    answer.resolve("consumed");
    expect(await waiting).toBe("consumed");
  });

  it("a look that runs past the timeout counts as well", async () => {
    const answer = Promise.withResolvers<string | undefined>();
    const waiting = wait(() => answer.promise, { timeoutMs: 100 });
    await clock.advance(500);
    answer.resolve("late");
    expect(await waiting).toBe("late");
  });

  it("passes on what a look fails with, and stops listening", async () => {
    await expect(wait(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect([clock.pendingTimers, bell.rings.size]).toEqual([0, 0]);
  });

  it("delivers or leaves pending, in a thousand random interleavings of items, aborts and timeouts", async () => {
    const random = seeded(20_260_102);
    const outcomes = { delivered: 0, aborted: 0, timedOut: 0 };
    for (let round = 0; round < 1000; round++) {
      clock = manualClock();
      bell = new TestBell();
      const pending: string[] = [];
      const abort = new AbortController();
      const take = async () => {
        await randomTurns(random);
        const item = pending.shift();
        await randomTurns(random);
        return item;
      };
      const timeoutMs = random() < 0.3 ? 0 : Math.floor(random() * 40);
      const results = [
        wait(take, { signal: abort.signal, timeoutMs, safetyMs: 15 }),
        wait(take, { timeoutMs: 30, safetyMs: 15 }),
      ];
      const events = [
        () => {
          pending.push("item");
          if (random() < 0.8) bell.ring(); // the bell may be missed
        },
        () => abort.abort(),
        () => bell.ring(),
      ].sort(() => random() - 0.5);
      for (const event of events) {
        await (random() < 0.5 ? randomTurns(random) : clock.advance(Math.floor(random() * 20)));
        event();
      }
      await clock.advance(100);
      const got = (await Promise.all(results)).filter((result) => result !== undefined);
      expect(got.length + pending.length, `round ${round}`).toBe(1);
      if (got.length === 1) outcomes.delivered++;
      else if (timeoutMs === 0) outcomes.timedOut++;
      else outcomes.aborted++;
      expect([clock.pendingTimers, bell.rings.size]).toEqual([0, 0]);
    }
    // Both ends have to occur, or this shows nothing.
    expect(outcomes.delivered).toBeGreaterThan(100);
    expect(outcomes.aborted + outcomes.timedOut).toBeGreaterThan(20);
  });
});

/** Lets a few pending promises go on. */
async function randomTurns(random: () => number): Promise<void> {
  for (let turns = Math.floor(random() * 4); turns > 0; turns--) await undefined;
}

/** The same numbers from 0 to 1 in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
