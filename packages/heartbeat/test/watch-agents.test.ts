/** Watching: the present first, then each change as it happens, over outages, to a clean end. */
import { type AgentTransition, type AgentWatch, HeartbeatCoordinator } from "@attune/heartbeat";
import { AttuneError } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { type MemoryFleet, memoryFleet } from "./on-memory.ts";

const brief = ({ agent, from, to }: AgentTransition) => `${agent.agentId}: ${from} -> ${to}`;

async function next(watch: AgentWatch): Promise<string> {
  const result = await watch.next();
  return result.done ? "done" : brief(result.value);
}

/** What a watch has told so far, taken as fast as it comes. */
function follow(watch: AsyncIterable<AgentTransition>): {
  readonly told: string[];
  readonly ended: Promise<void>;
} {
  const told: string[] = [];
  const ended = (async () => {
    for await (const transition of watch) told.push(brief(transition));
  })();
  return { told, ended };
}

onEveryStore("watchAgents", (store) => {
  it("tells the present state of every agent, then who comes, ends and comes back", async () => {
    const here = store();
    const [a, b, observer] = [await here.coordinator(), await here.coordinator(), await here.coordinator()];
    await a.startHeartbeat("a");
    await b.startHeartbeat("b");
    await b.stopHeartbeat("failed");
    const watch = observer.watchAgents({ intervalMs: 100 });
    expect([await next(watch), await next(watch)].sort()).toEqual([
      "a: null -> alive",
      "b: null -> finished",
    ]);
    await a.stopHeartbeat();
    expect(await next(watch)).toBe("a: alive -> finished");
    await b.startHeartbeat("b");
    expect(await next(watch)).toBe("b: finished -> alive");
    await watch.close();
  });

  it("is woken by the bell: an end is told long before the next look", async () => {
    const here = store();
    const [agent, observer] = [await here.coordinator(), await here.coordinator()];
    await agent.startHeartbeat("a");
    const watch = observer.watchAgents({ intervalMs: 600_000 });
    expect(await next(watch)).toBe("a: null -> alive");
    let heard = false;
    const waiting = next(watch).finally(() => {
      heard = true;
    });
    // The bell is a hint that may be missed while it is being hung: rung until heard.
    const ringing = (async () => {
      while (!heard) {
        await agent.stopHeartbeat();
        await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 200))]);
        if (!heard) await agent.startHeartbeat("a");
      }
    })();
    expect(await waiting).toBe("a: alive -> finished");
    await ringing;
    await watch.close();
  });

  it("goes from alive to lost when an agent falls silent, with its last task, and back when it beats again", async () => {
    const here = store();
    const agent = await here.coordinator({ ttlMs: 4500, intervalMs: 100 });
    const observer = await here.coordinator({ ttlMs: 4500 });
    await agent.startHeartbeat("a");
    await agent.beat({ progress: 0.4, currentTask: "half way" });
    const watch = observer.watchAgents({ intervalMs: 50 });
    expect(await next(watch)).toBe("a: null -> alive");
    await agent.close();
    const transitions: AgentTransition[] = [];
    for await (const transition of watch) {
      transitions.push(transition);
      if (transition.to === "lost") break;
    }
    expect(transitions.map(brief)).toEqual(["a: alive -> stale", "a: stale -> lost"]);
    expect(transitions.at(-1)!.agent).toMatchObject({ progress: 0.4, currentTask: "half way" });
    const again = observer.watchAgents({ intervalMs: 50 });
    expect(await next(again)).toBe("a: null -> lost");
    const fresh = await here.coordinator({ ttlMs: 4500, intervalMs: 100 });
    await fresh.startHeartbeat("a");
    expect(await next(again)).toBe("a: lost -> alive");
    await again.close();
  });
});

describe("a watch", () => {
  const started = async (fleet: MemoryFleet, ...ids: string[]): Promise<HeartbeatCoordinator[]> =>
    Promise.all(
      ids.map(async (id) => {
        const agent = await fleet.coordinator();
        await agent.startHeartbeat(id);
        return agent;
      }),
    );

  it("tells stale, stalled and back, each once", async () => {
    const fleet = memoryFleet();
    const agent = await fleet.coordinator({ ttlMs: 60_000, intervalMs: 50_000 });
    const observer = await fleet.coordinator({ stalledAfterMs: 70_000 });
    await agent.startHeartbeat("a");
    const { told } = follow(observer.watchAgents());
    await fleet.clock.advance(150_000);
    expect(told).toEqual([
      "a: null -> alive",
      "a: alive -> stale", // at 40 s
      "a: stale -> alive", // at 50 s
      "a: alive -> stalled", // at 70 s
      "a: stalled -> stale", // at 90 s
      "a: stale -> stalled", // at 100 s
      "a: stalled -> stale", // at 140 s
      "a: stale -> stalled", // at 150 s
    ]);
  });

  it("tells that everybody is unknown when the store goes away, and what they are when it is back; never lost", async () => {
    const fleet = memoryFleet();
    const [, b] = await started(fleet, "a", "b");
    await b!.stopHeartbeat();
    const observer = await fleet.coordinator();
    const { told } = follow(observer.watchAgents());
    await fleet.clock.advance(0);
    told.length = 0;
    const back = fleet.store.simulateOutage();
    await fleet.clock.advance(0); // at once, not with the next look
    expect(told.splice(0).sort()).toEqual(["a: alive -> unknown", "b: finished -> unknown"]);
    await fleet.clock.advance(60_000);
    expect(told).toEqual([]);
    back();
    await fleet.clock.advance(0);
    expect(told.splice(0).sort()).toEqual(["a: unknown -> alive", "b: unknown -> finished"]);
    await fleet.clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it("tells of an agent that died in an outage after one TTL of grace", async () => {
    const fleet = memoryFleet();
    const [a] = await started(fleet, "a");
    const observer = await fleet.coordinator();
    const { told } = follow(observer.watchAgents());
    await fleet.clock.advance(0);
    const back = fleet.store.simulateOutage();
    await a!.close();
    await fleet.clock.advance(60_000);
    back();
    await fleet.clock.advance(29_000);
    expect(told).toEqual(["a: null -> alive", "a: alive -> unknown"]);
    await fleet.clock.advance(3000);
    expect(told.at(-1)).toBe("a: unknown -> lost");
  });

  it("looks twice before it tells a loss: an agent that beats in between was never lost", async () => {
    const fleet = memoryFleet();
    const [a] = await started(fleet, "a");
    const observer = await fleet.coordinator();
    const { told } = follow(observer.watchAgents());
    await fleet.clock.advance(0);
    await a!.close();
    // The look at 31 s finds the lease run out; the beat comes 200 ms later.
    await fleet.clock.advance(30_200);
    told.length = 0;
    await started(fleet, "a");
    await fleet.clock.advance(2000);
    expect(told).toEqual(["a: stale -> alive"]);
  });

  it("coalesces what a slow consumer does not take: he is told of the latest state", async () => {
    const fleet = memoryFleet();
    const [a] = await started(fleet, "a");
    const observer = await fleet.coordinator();
    const watch = observer.watchAgents();
    expect(await next(watch)).toBe("a: null -> alive");
    await a!.stopHeartbeat();
    await started(fleet, "a");
    await fleet.clock.advance(60_000);
    const waiting = next(watch);
    const again = await fleet.coordinator();
    await again.startHeartbeat("b");
    await fleet.clock.advance(1000);
    expect(await waiting).toBe("b: null -> alive");
  });

  it("forgets agents whose records are gone, without a word", async () => {
    const fleet = memoryFleet();
    const [a] = await started(fleet, "a");
    const observer = await fleet.coordinator();
    const { told } = follow(observer.watchAgents({ intervalMs: 60_000 }));
    await fleet.clock.advance(0);
    await a!.stopHeartbeat();
    await fleet.clock.advance(2 * 3_600_000);
    expect(told).toEqual(["a: null -> alive", "a: alive -> finished"]);
    await started(fleet, "a");
    await fleet.clock.advance(60_000);
    expect(told.at(-1)).toBe("a: null -> alive");
  });

  it("sleeps ten times as long as a look took, however often the bell rings", async () => {
    const fleet = memoryFleet();
    const [a] = await started(fleet, "a");
    const transport = await fleet.open();
    const { records } = transport;
    const list = records.list.bind(records);
    const looks: number[] = [];
    records.list = async (request) => {
      looks.push(fleet.clock.monotonic());
      await new Promise<void>((resolve) => fleet.clock.setTimer(resolve, 500));
      return list(request);
    };
    const observer = new HeartbeatCoordinator({ transport });
    const watch = observer.watchAgents();
    const { ended } = follow(watch);
    for (let n = 0; n < 120; n++) {
      await a!.beat({ status: n % 2 ? "idle" : "running" });
      await fleet.clock.advance(100);
    }
    expect(looks).toEqual([0, 5500, 11_000]);
    await observer.close();
    await ended;
  });

  for (const [what, end] of [
    ["its signal", ({ abort }) => abort()],
    ["close()", ({ watch }) => watch.close()],
    ["return()", ({ watch }) => watch.return()],
    ["the coordinator's close()", ({ observer }) => observer.close()],
    ["the transport's close()", ({ transport }) => transport.close()],
  ] as [string, (given: Given) => unknown][]) {
    it(`ends with ${what}, also while it waits, and leaves nothing behind`, async () => {
      const fleet = memoryFleet();
      await started(fleet, "a");
      const transport = await fleet.open();
      const observer = new HeartbeatCoordinator({ transport });
      const timersBefore = fleet.clock.pendingTimers;
      const abort = new AbortController();
      const watch = observer.watchAgents({ signal: abort.signal });
      await watch.next();
      const waiting = watch.next();
      await new Promise(setImmediate);
      await end({ abort: () => abort.abort(), watch, observer, transport });
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await watch.next()).toEqual({ done: true, value: undefined });
      await watch.close();
      await new Promise(setImmediate);
      // The transport's list of deadlines keeps a timer until it fires.
      await fleet.clock.advance(3000);
      expect(fleet.clock.pendingTimers).toBeLessThanOrEqual(timersBefore + 1);
      await observer.close();
    });
  }

  interface Given {
    readonly abort: () => void;
    readonly watch: AgentWatch;
    readonly observer: HeartbeatCoordinator;
    readonly transport: AsyncDisposable & { close(): Promise<void> };
  }

  it("ends with the transport also in the middle of a look, without an error", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    transport.records.list = () => {
      void transport.close();
      return Promise.reject(new AttuneError("ATTUNE_TRANSPORT_CLOSED", "closed"));
    };
    const observer = new HeartbeatCoordinator({ transport });
    expect(await observer.watchAgents().next()).toEqual({ done: true, value: undefined });
  });

  it("rejects with what goes wrong otherwise, and has ended then", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    transport.records.list = () => Promise.reject(new Error("a mistake of ours"));
    const watch = new HeartbeatCoordinator({ transport }).watchAgents();
    await expect(watch.next()).rejects.toThrow("a mistake of ours");
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  it("with a signal that has fired already ends at once; leaving the loop ends it too", async () => {
    const fleet = memoryFleet();
    await started(fleet, "a");
    const observer = await fleet.coordinator();
    for await (const _ of observer.watchAgents({ signal: AbortSignal.abort() })) expect.unreachable();
    const watch = observer.watchAgents();
    for await (const _ of watch) break;
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  it('does not end in an outage with onUnavailable: "throw" either', async () => {
    const fleet = memoryFleet();
    await started(fleet, "a");
    const observer = await fleet.coordinator({ onUnavailable: "throw" });
    const { told } = follow(observer.watchAgents());
    await fleet.clock.advance(0);
    const back = fleet.store.simulateOutage();
    await fleet.clock.advance(5000);
    back();
    await fleet.clock.advance(0);
    expect(told).toEqual(["a: null -> alive", "a: alive -> unknown", "a: unknown -> alive"]);
  });
});
