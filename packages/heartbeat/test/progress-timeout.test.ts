/** An agent that says itself how long it may go without progress: everybody who looks goes by that. */
import { describe, expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { type MemoryFleet, memoryFleet } from "./on-memory.ts";

/** Beats by itself every half second. */
const beating = (fleet: MemoryFleet) => fleet.coordinator({ ttlMs: 1500, intervalMs: 500 });

describe("progressTimeoutMs", () => {
  it("of an agent that beats and does not go on makes it stalled for others, and progress makes it alive again", async () => {
    const fleet = memoryFleet();
    const [agent, observer] = [await beating(fleet), await fleet.coordinator()];
    await agent.startHeartbeat("a", { progressTimeoutMs: 2000 });
    const liveness = async () => (await observer.getAgentStatus("a"))?.liveness;
    expect(await observer.getAgentStatus("a")).toMatchObject({ liveness: "alive", progressTimeoutMs: 2000 });
    await fleet.clock.advance(1999);
    expect(await liveness()).toBe("alive");
    await fleet.clock.advance(1);
    expect(await liveness()).toBe("stalled");
    expect(await observer.isAgentAlive("a")).toBe(true);
    await agent.beat({ progress: 0.1 });
    expect(await liveness()).toBe("alive");
    // A beat that repeats what was said before is no progress.
    await fleet.clock.advance(1500);
    await agent.beat({ progress: 0.1 });
    await fleet.clock.advance(500);
    expect(await liveness()).toBe("stalled");
  });

  it("that is longer than the observer's stalledAfterMs holds instead of it", async () => {
    const fleet = memoryFleet();
    const [patient, plain] = [await beating(fleet), await beating(fleet)];
    const observer = await fleet.coordinator({ stalledAfterMs: 1000 });
    await patient.startHeartbeat("patient", { progressTimeoutMs: 60_000 });
    await plain.startHeartbeat("plain");
    const livenesses = async () =>
      Promise.all(["patient", "plain"].map(async (id) => (await observer.getAgentStatus(id))?.liveness));
    await fleet.clock.advance(1000);
    expect(await livenesses()).toEqual(["alive", "stalled"]);
    await fleet.clock.advance(58_999);
    expect(await livenesses()).toEqual(["alive", "stalled"]);
    await fleet.clock.advance(1);
    expect(await livenesses()).toEqual(["stalled", "stalled"]);
  });

  it("stays when it is left out, is no progress when it changes, and null gives it back to the observer", async () => {
    const fleet = memoryFleet();
    const [agent, observer] = [await beating(fleet), await fleet.coordinator()];
    await agent.startHeartbeat("a", { progressTimeoutMs: 2000 });
    await agent.beat({ progress: 0.1 });
    await fleet.clock.advance(1000);
    const { lastProgress } = (await observer.getAgentStatus("a"))!;
    const after = async (progressTimeoutMs: number | null | undefined) => {
      await agent.beat(progressTimeoutMs === undefined ? {} : { progressTimeoutMs });
      const seen = (await observer.getAgentStatus("a"))!;
      expect(seen.lastProgress).toEqual(lastProgress);
      return [seen.progressTimeoutMs, seen.liveness];
    };
    expect(await after(undefined)).toEqual([2000, "alive"]);
    expect(await after(1000)).toEqual([1000, "stalled"]);
    expect(await after(undefined)).toEqual([1000, "stalled"]);
    expect(await after(3000)).toEqual([3000, "alive"]);
    expect(await after(null)).toEqual([null, "alive"]);
    await fleet.clock.advance(298_999);
    expect(await after(undefined)).toEqual([null, "alive"]);
    await fleet.clock.advance(1);
    expect(await after(undefined)).toEqual([null, "stalled"]);
    await agent.beat({ progress: 0.2, progressTimeoutMs: 500 });
    await agent.stopHeartbeat("failed");
    expect(await observer.getAgentStatus("a")).toMatchObject({
      progressTimeoutMs: 500,
      liveness: "finished",
    });
  });

  it("is what a watch goes by: stalled is told with the first look after it, and alive again after progress", async () => {
    const fleet = memoryFleet();
    const [agent, observer] = [await beating(fleet), await fleet.coordinator()];
    await agent.startHeartbeat("a", { progressTimeoutMs: 2000 });
    const told: string[] = [];
    const startedAt = fleet.clock.monotonic();
    const watching = (async () => {
      for await (const { to } of observer.watchAgents()) {
        told.push(`${fleet.clock.monotonic() - startedAt}: ${to}`);
      }
    })();
    await fleet.clock.advance(2500);
    expect(told).toEqual(["0: alive", "2000: stalled"]);
    await agent.beat({ progress: 0.5 });
    await fleet.clock.advance(3000);
    // From starting to running: the bell wakes it.
    expect(told.slice(2)).toEqual(["2500: alive", "4500: stalled"]);
    await observer.close();
    await watching;
  });
});

onEveryStore("progressTimeoutMs", (store) => {
  it("is kept with the record from 1 ms to 366 days", async () => {
    const here = store();
    const [agent, observer] = [await here.coordinator(), await here.coordinator()];
    const seen = async () => (await observer.getAgentStatus("a"))!.progressTimeoutMs;
    await agent.startHeartbeat("a");
    expect(await seen()).toBeNull();
    for (const progressTimeoutMs of [1, 0.5 + 1, 366 * 86_400_000, null]) {
      await agent.beat({ progressTimeoutMs });
      expect(await seen()).toBe(progressTimeoutMs);
    }
  });
});
