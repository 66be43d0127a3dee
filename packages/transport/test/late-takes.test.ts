/** Takes that failed are undone as soon as the store can be reached, and not for ever. */

import { describe, expect, it } from "vitest";
import { manualClock } from "../../transport-conformance/src/manual-clock.ts";
import { LateTakes } from "../src/late-takes.ts";
import { failure, scriptedTransport } from "./scripted-transport.ts";

/** Late takes over a store that can be away, and whose restoring can fail. */
function lateTakes() {
  const clock = manualClock();
  const restored: string[] = [];
  const back = new Set<() => void>();
  const store = { available: true, failing: new Set<string>(), attempts: 0 };
  const late = new LateTakes(
    {
      clock,
      untilAvailable: (signal) =>
        new Promise((resolve) => {
          if (store.available || signal.aborted) return resolve();
          back.add(resolve);
          signal.addEventListener("abort", () => resolve());
        }),
    },
    async (agent, receipt) => {
      store.attempts++;
      if (store.failing.has(receipt)) throw failure("ATTUNE_TRANSPORT_UNAVAILABLE");
      restored.push(`${agent} ${receipt}`);
    },
  );
  const setAvailable = (available: boolean) => {
    store.available = available;
    if (available) for (const resolve of back) resolve();
  };
  return { clock, late, restored, store, setAvailable };
}

describe("late takes", () => {
  it("are undone once, at once while the store is there", async () => {
    const { clock, late, restored } = lateTakes();
    late.add("a", "r1");
    late.add("b", "r2");
    await clock.advance(0);
    expect(restored).toEqual(["a r1", "b r2"]);
    await clock.advance(600_000);
    expect(restored).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it("wait until the store is back", async () => {
    const { clock, late, restored, store, setAvailable } = lateTakes();
    setAvailable(false);
    late.add("a", "r1");
    await clock.advance(10_000);
    late.add("a", "r2");
    await clock.advance(10_000);
    expect(store.attempts).toBe(0);
    setAvailable(true);
    await clock.advance(0);
    expect(restored).toEqual(["a r1", "a r2"]);
  });

  it("are tried again after a quarter of a second where it failed, the others not", async () => {
    const { clock, late, restored, store } = lateTakes();
    store.failing.add("r1");
    late.add("a", "r1");
    late.add("a", "r2");
    await clock.advance(249);
    expect([restored, store.attempts]).toEqual([["a r2"], 2]);
    store.failing.clear();
    await clock.advance(1);
    expect([restored, store.attempts]).toEqual([["a r2", "a r1"], 3]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are given up when stores have forgotten their receipts", async () => {
    const { clock, late, store } = lateTakes();
    store.failing.add("r1");
    late.add("a", "r1");
    await clock.advance(119_000);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(2000);
    const { attempts } = store;
    await clock.advance(60_000);
    expect(store.attempts).toBe(attempts);
    expect(clock.pendingTimers).toBe(0);
  });

  it("go on after all were undone, and after all were given up", async () => {
    const { clock, late, restored, store } = lateTakes();
    late.add("a", "r1");
    await clock.advance(0);
    store.failing.add("r2");
    late.add("a", "r2");
    await clock.advance(200_000);
    late.add("a", "r3");
    await clock.advance(0);
    expect(restored).toEqual(["a r1", "a r3"]);
  });

  it("are remembered up to a bound", async () => {
    const { clock, late, restored, setAvailable } = lateTakes();
    setAvailable(false);
    for (let n = 0; n < 10_100; n++) late.add("a", `r${n}`);
    setAvailable(true);
    await clock.advance(0);
    expect(restored).toHaveLength(10_000);
  });

  it.each(["waiting for the store", "waiting to try again"])("end with closing, while %s", async (state) => {
    const { clock, late, restored, store, setAvailable } = lateTakes();
    store.failing.add("r1");
    setAvailable(state === "waiting to try again");
    late.add("a", "r1");
    await clock.advance(1);
    const { attempts } = store;
    late.close();
    store.failing.clear();
    setAvailable(true);
    late.add("a", "r2");
    await clock.advance(10_000);
    expect([restored, store.attempts]).toEqual([[], attempts]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("do not keep the process alive while they wait to be tried again", async () => {
    const { clock, late, store } = lateTakes();
    const background: (boolean | undefined)[] = [];
    const { setTimer } = clock;
    Object.assign(clock, {
      setTimer: (...args: Parameters<typeof setTimer>) => {
        background.push(args[2]?.background);
        return setTimer(...args);
      },
    });
    store.failing.add("r1");
    late.add("a", "r1");
    await clock.advance(1000);
    expect(background.length).toBeGreaterThan(0);
    expect(background.every((is) => is === true)).toBe(true);
    late.close();
  });
});

describe("a transport", () => {
  const take = { agent: "a", wanted: { anyOf: [{}], count: 1 }, receipt: "r" };

  it("undoes a take that was not answered in time, once the store answers again", async () => {
    const clock = manualClock();
    const { transport, hang, restored } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    hang();
    const outcome = transport.mailboxes.take(take).catch((error: unknown) => error);
    await clock.advance(500);
    expect(await outcome).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    await clock.advance(2000);
    expect(restored).toEqual([]);
    hang(false);
    await clock.advance(1000);
    expect(restored).toEqual(["r"]);
  });

  it("undoes no take that never reached the store, and none that succeeded", async () => {
    const clock = manualClock();
    const { transport, host, restored } = await scriptedTransport({ clock });
    await transport.mailboxes.take(take);
    host.setAvailable(false);
    await expect(transport.mailboxes.take(take)).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    await expect(transport.mailboxes.take({ ...take, agent: "" })).rejects.toMatchObject({
      code: "ATTUNE_ARGUMENT_INVALID",
    });
    host.setAvailable(true);
    await clock.advance(1000);
    expect(restored).toEqual([]);
  });

  it("restores when the store is back what it was asked to restore while it was away", async () => {
    const clock = manualClock();
    const { transport, host, hang, restored } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    await transport.mailboxes.take(take);
    hang();
    const outcome = transport.mailboxes.restore("a", "r").catch((error: unknown) => error);
    await clock.advance(500);
    expect(await outcome).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    host.setAvailable(false);
    await expect(transport.mailboxes.restore("b", "r2")).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    await clock.advance(5000);
    hang(false);
    host.setAvailable(true);
    await clock.advance(1000);
    expect(restored.sort()).toEqual(["r", "r2"]);
  });

  it("undoes nothing any more once it is closed, and leaves no timer", async () => {
    const clock = manualClock();
    const { transport, hang, restored } = await scriptedTransport({ clock, operationTimeoutMs: 500 });
    hang();
    const outcome = transport.mailboxes.take(take).catch((error: unknown) => error);
    await clock.advance(500);
    await outcome;
    const closed = transport.close();
    await clock.advance(1000);
    await closed;
    expect(clock.pendingTimers).toBe(0);
    hang(false);
    await clock.advance(1000);
    expect(restored).toEqual([]);
  });
});
