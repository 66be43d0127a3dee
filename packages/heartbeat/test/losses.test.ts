/** A loss is told once, as agent_error, however many watch, and whatever happens to those who do. */
import { agentError, HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { AttuneError, type StoredRecord, type Transport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { type MemoryFleet, memoryFleet } from "./on-memory.ts";

async function lossesIn(transport: Transport) {
  return new EventStreamer({ transport }).getRecentEvents(agentError);
}

/** Watches, and takes what comes. */
function watch(observer: HeartbeatCoordinator, intervalMs = 1000): void {
  void (async () => {
    for await (const _ of observer.watchAgents({ intervalMs }));
  })();
}

onEveryStore("the loss of an agent", (store) => {
  it("is published exactly once, with its last task and progress, though five watch", async () => {
    const here = store();
    const transport = await here.open();
    const ttlMs = 3000;
    for (let n = 0; n < 5; n++) watch(await here.coordinator({ ttlMs }), 50);
    const agent = await here.coordinator({ ttlMs, intervalMs: 100 });
    const survivor = await here.coordinator({ ttlMs, intervalMs: 100 });
    await agent.startHeartbeat("a", { metadata: { run: 7 } });
    await survivor.startHeartbeat("b");
    await agent.beat({ progress: 0.4, currentTask: "half way" });
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    await agent.close();
    await expect.poll(() => lossesIn(transport)).toHaveLength(1);
    const [loss] = await lossesIn(transport);
    expect(loss).toMatchObject({ valid: true, source: "attune" });
    expect(loss!.data).toEqual({
      agent_id: "a",
      error_message: expect.stringMatching(/^The agent is lost: its last beat was \d\.\d s ago/),
      error_type: "agent_lost",
      severity: "error",
      current_task: "half way",
      progress: 0.4,
      incarnation,
      last_beat: expect.stringMatching(/Z$/),
      metadata: { run: 7 },
    });
    // A second one would come from whoever looks next.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await lossesIn(transport)).toHaveLength(1);
  });
});

describe("a loss", () => {
  const lose = async (fleet: MemoryFleet, ...ids: string[]) => {
    for (const id of ids) {
      const agent = await fleet.coordinator();
      await agent.startHeartbeat(id);
      await agent.close();
    }
  };

  it("is told again after the agent came back and was lost once more, and not while it is only stale", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    watch(await fleet.coordinator());
    const living = await fleet.coordinator();
    await living.startHeartbeat("living");
    await lose(fleet, "a");
    await fleet.clock.advance(29_000);
    expect(await lossesIn(transport)).toEqual([]);
    await fleet.clock.advance(3000);
    expect(await lossesIn(transport)).toHaveLength(1);
    await lose(fleet, "a");
    await fleet.clock.advance(300_000);
    const losses = await lossesIn(transport);
    expect(losses.map(({ data }) => (data as { agent_id: string }).agent_id)).toEqual(["a", "a"]);
  });

  it("is not told of who has ended", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    watch(await fleet.coordinator());
    for (const status of ["completed", "failed", "cancelled"] as const) {
      const agent = await fleet.coordinator();
      await agent.startHeartbeat(status);
      await agent.stopHeartbeat(status);
    }
    await fleet.clock.advance(300_000);
    expect(await lossesIn(transport)).toEqual([]);
  });

  it("of many agents at once is told of each", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    watch(await fleet.coordinator());
    watch(await fleet.coordinator());
    await lose(fleet, ...Array.from({ length: 250 }, (_, n) => `agent-${n}`));
    await fleet.clock.advance(40_000);
    const losses = await new EventStreamer({ transport }).getRecentEvents(agentError, { count: 1000 });
    expect(losses).toHaveLength(250);
    expect(new Set(losses.map(({ data }) => (data as { agent_id: string }).agent_id)).size).toBe(250);
  });

  it("is published once also when a claimer dies between publishing and settling", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const dying = await fleet.open();
    // It publishes and never settles: the moment at which its process is killed.
    dying.records.settleExpired = () => new Promise<boolean>(() => {});
    watch(new HeartbeatCoordinator({ transport: dying }));
    await lose(fleet, "a");
    await fleet.clock.advance(32_000);
    expect(await lossesIn(transport)).toHaveLength(1);
    await dying.close();
    let settled = 0;
    const heir = await fleet.open();
    const settle = heir.records.settleExpired.bind(heir.records);
    heir.records.settleExpired = async (request) => {
      const done = await settle(request);
      if (done) settled++;
      return done;
    };
    watch(new HeartbeatCoordinator({ transport: heir }));
    await fleet.clock.advance(60_000);
    expect(settled).toBe(1);
    expect(await lossesIn(transport)).toHaveLength(1);
  });

  it("that could not be published stays claimed, and is told when it can be", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const observing = await fleet.open();
    const append = observing.streams.append.bind(observing.streams);
    let settled = 0;
    const settle = observing.records.settleExpired.bind(observing.records);
    observing.records.settleExpired = (request) => {
      settled++;
      return settle(request);
    };
    let refuses = true;
    observing.streams.append = (requests) =>
      refuses ? Promise.reject(new AttuneError("ATTUNE_STORE_REFUSED", "no memory")) : append(requests);
    watch(new HeartbeatCoordinator({ transport: observing }));
    await lose(fleet, "a");
    await fleet.clock.advance(40_000);
    expect([(await lossesIn(transport)).length, settled]).toEqual([0, 0]);
    refuses = false;
    await fleet.clock.advance(3000);
    expect([(await lossesIn(transport)).length, settled]).toEqual([1, 1]);
  });

  it("is looked at twice: an agent that beats in between was not lost", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    let claimed: StoredRecord[] = [];
    const claim = transport.records.claimExpired.bind(transport.records);
    transport.records.claimExpired = async (request) => {
      const records = await claim(request);
      if (records.length > 0) claimed = records;
      return records;
    };
    const agent = await fleet.coordinator();
    watch(new HeartbeatCoordinator({ transport }));
    await lose(fleet, "a");
    while (claimed.length === 0) await fleet.clock.advance(100);
    await agent.startHeartbeat("a");
    await fleet.clock.advance(20_000);
    expect(await lossesIn(transport)).toEqual([]);
  });

  it("is not claimed in an outage, nor for one TTL after it, and told soon after that", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const observing = await fleet.open();
    const claims: number[] = [];
    const claim = observing.records.claimExpired.bind(observing.records);
    observing.records.claimExpired = (request) => {
      // What is held for a millisecond is no claim: it lets the store notice that it was away.
      if (request.holdMs > 1) claims.push(fleet.clock.monotonic());
      return claim(request);
    };
    watch(new HeartbeatCoordinator({ transport: observing }));
    await lose(fleet, "a");
    await fleet.clock.advance(1500);
    claims.length = 0;
    const back = fleet.store.simulateOutage();
    await fleet.clock.advance(60_000);
    back();
    const backAt = fleet.clock.monotonic();
    await fleet.clock.advance(29_000);
    expect(claims).toEqual([]);
    expect(await lossesIn(transport)).toEqual([]);
    await fleet.clock.advance(5000);
    expect(claims[0]! - backAt).toBeGreaterThanOrEqual(30_000);
    expect(await lossesIn(transport)).toHaveLength(1);
  });

  it("of an agent with bulky metadata is told without them", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    watch(await fleet.coordinator());
    const agent = await fleet.coordinator();
    await agent.startHeartbeat("a", { metadata: { bulk: "x".repeat(1_000_000) } });
    await agent.close();
    await fleet.clock.advance(40_000);
    const [loss] = await lossesIn(transport);
    expect(loss!.data).not.toHaveProperty("metadata");
    expect(loss!.data).toMatchObject({ agent_id: "a", current_task: "initializing" });
  });

  it("of a record that is no heartbeat is told as well", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    watch(await fleet.coordinator());
    await transport.records.put({
      bucket: "heartbeat",
      key: "a",
      value: "{",
      leaseMs: 30_000,
      keepMs: 60_000,
    });
    await fleet.clock.advance(40_000);
    const [loss] = await lossesIn(transport);
    expect(loss).toMatchObject({ valid: true, data: { agent_id: "a", error_type: "agent_lost" } });
  });

  it("is seen and not published by a watch that only looks, and left to one that reports", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const observing = await fleet.open();
    const written: string[] = [];
    for (const name of ["claimExpired", "settleExpired", "put", "delete"] as const) {
      const write = observing.records[name].bind(observing.records) as (...args: unknown[]) => unknown;
      (observing.records as Record<typeof name, unknown>)[name] = (...args: unknown[]) => {
        written.push(name);
        return write(...args);
      };
    }
    const observer = new HeartbeatCoordinator({ transport: observing });
    // Somebody who beats: of a store to which nobody says anything it is not known that it was not away.
    await (await fleet.coordinator()).startHeartbeat("living");
    const seen: string[] = [];
    void (async () => {
      for await (const { agent, to } of observer.watchAgents({ reportLosses: false }))
        seen.push(`${agent.agentId} ${to}`);
    })();
    await lose(fleet, "a");
    await fleet.clock.advance(40_000);
    expect(seen.sort()).toEqual(["a alive", "a lost", "a stale", "living alive"]);
    expect(await lossesIn(transport)).toEqual([]);
    expect(written).toEqual([]);
    watch(await fleet.coordinator());
    await fleet.clock.advance(3000);
    expect(await lossesIn(transport)).toHaveLength(1);
    await observer.close();
  });

  it("is nothing that can be half reported: what is neither true nor false is refused", async () => {
    const observer = await memoryFleet().coordinator();
    for (const reportLosses of ["no", 0, null]) {
      expect(() => observer.watchAgents({ reportLosses: reportLosses as unknown as boolean })).toThrow(
        expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
      );
    }
  });

  it("is told nobody when nobody watches any more", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const observer = await fleet.coordinator();
    for await (const _ of observer.watchAgents({ signal: AbortSignal.timeout(20) }));
    await lose(fleet, "a");
    await fleet.clock.advance(100_000);
    expect(await lossesIn(transport)).toEqual([]);
  });
});
