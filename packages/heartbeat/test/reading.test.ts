/** Who is alive, who is stuck, who is gone, and what is not known while the store is away. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { describe, expect, it } from "vitest";
import { memoryFleet } from "./on-memory.ts";

const ids = (agents: readonly { readonly agentId: string }[]) => agents.map(({ agentId }) => agentId).sort();

/** Three agents: one whose process ended without a word, one that has failed, one that goes on. */
async function deadDoneAndLiving() {
  const { coordinator, clock } = memoryFleet();
  const [dead, done, living, observer] = await Promise.all([1, 2, 3, 4].map(() => coordinator()));
  await dead!.startHeartbeat("dead");
  await done!.startHeartbeat("done");
  await living!.startHeartbeat("living");
  await dead!.close();
  await done!.stopHeartbeat("failed");
  return { clock, observer: observer! };
}

describe("liveness", () => {
  it("goes from alive over stale to lost when an agent's process dies, and its last record stays for an hour", async () => {
    const { coordinator, clock } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("a");
    await agent.beat({ progress: 0.4, currentTask: "half way" });
    await agent.close();
    const liveness = async () => (await observer.getAgentStatus("a"))?.liveness;
    expect(await liveness()).toBe("alive");
    await clock.advance(19_999);
    expect(await liveness()).toBe("alive");
    await clock.advance(1);
    expect(await liveness()).toBe("stale");
    expect(await observer.isAgentAlive("a")).toBe(true);
    expect(ids(await observer.getActiveAgents())).toEqual(["a"]);
    await clock.advance(10_000);
    expect(await observer.getAgentStatus("a")).toMatchObject({
      liveness: "lost",
      status: "running",
      progress: 0.4,
      currentTask: "half way",
    });
    expect(await observer.isAgentAlive("a")).toBe(false);
    expect(await observer.getActiveAgents()).toEqual([]);
    expect(await observer.countActiveAgents()).toBe(0);
    await clock.advance(3_600_000 - 1);
    expect(await liveness()).toBe("lost");
    await clock.advance(1);
    expect(await liveness()).toBeUndefined();
  });

  it("an agent that beats but does not go on is stalled, an idle one is not", async () => {
    const { coordinator, clock } = memoryFleet();
    const [stuck, idle, busy, observer] = await Promise.all([1, 2, 3, 4].map(() => coordinator()));
    await stuck!.startHeartbeat("stuck");
    await idle!.startHeartbeat("idle");
    await idle!.beat({ status: "idle" });
    await busy!.startHeartbeat("busy");
    for (let step = 1; step <= 10; step++) {
      await clock.advance(30_000);
      await busy!.beat({ progress: step / 10 });
    }
    const liveness = async (id: string) => (await observer!.getAgentStatus(id))?.liveness;
    expect([await liveness("stuck"), await liveness("idle"), await liveness("busy")]).toEqual([
      "stalled",
      "alive",
      "alive",
    ]);
    expect(await observer!.isAgentAlive("stuck")).toBe(true);
    expect(ids(await observer!.getActiveAgents())).toEqual(["busy", "idle", "stuck"]);
    await stuck!.beat({ currentTask: "at last" });
    expect(await liveness("stuck")).toBe("alive");
  });

  it("thresholds are the observer's: stalledAfterMs and staleAfterMs", async () => {
    const { coordinator, clock } = memoryFleet();
    const agent = await coordinator({ ttlMs: 60_000, intervalMs: 50_000 });
    const impatient = await coordinator({ stalledAfterMs: 5000, staleAfterMs: 20_000 });
    const patient = await coordinator({ stalledAfterMs: Number.POSITIVE_INFINITY });
    await agent.startHeartbeat("a");
    await clock.advance(5000);
    expect(await impatient.getAgentStatus("a")).toMatchObject({ liveness: "stalled" });
    expect(await patient.getAgentStatus("a")).toMatchObject({ liveness: "alive" });
    await clock.advance(15_000);
    expect(await impatient.getAgentStatus("a")).toMatchObject({ liveness: "stale" });
    // Two thirds of the agent's own TTL, which is twice the observer's.
    expect(await patient.getAgentStatus("a")).toMatchObject({ liveness: "alive" });
  });

  it("stale agents are found by the age of their last beat, lost ones included, finished ones not", async () => {
    const { clock, observer } = await deadDoneAndLiving();
    await clock.advance(59_999);
    expect(await observer.getStaleAgents()).toEqual([]);
    await clock.advance(1);
    const [stale, ...others] = await observer.getStaleAgents();
    expect(stale).toMatchObject({ agentId: "dead", liveness: "lost" });
    expect(others).toEqual([]);
    expect(ids(await observer.getStaleAgents(0))).toEqual(["dead", "living"]);
    expect(await observer.getStaleAgents(Number.POSITIVE_INFINITY)).toEqual([]);
    await clock.advance(3_600_000);
    expect(await observer.getStaleAgents()).toEqual([]);
  });

  it("all agents, or those that are asked for, are found with those that have ended or were lost", async () => {
    const { clock, observer } = await deadDoneAndLiving();
    await clock.advance(60_000);
    expect(ids(await observer.getAgents())).toEqual(["dead", "done", "living"]);
    expect(ids(await observer.getAgents(["living", "nobody", "done"]))).toEqual(["done", "living"]);
    expect(ids(await observer.getAgents(["living", "living", "nobody", "living"]))).toEqual(["living"]);
    expect(await observer.getAgents([])).toEqual([]);
    await expect(observer.getAgents([""])).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    await clock.advance(3_600_000);
    expect(ids(await observer.getAgents())).toEqual(["living"]);
  });

  it("an agent's clock that is years off changes nothing", async () => {
    const { coordinator, clock } = memoryFleet();
    const observer = await coordinator();
    const wrong = await coordinator();
    const { now } = clock;
    clock.now = () => now() - 1e12;
    await wrong.startHeartbeat("a");
    clock.now = now;
    expect(await observer.getAgentStatus("a")).toMatchObject({ liveness: "alive" });
    expect(await observer.getStaleAgents()).toEqual([]);
  });
});

describe("while the store is away", () => {
  it("an agent seen before is unknown with what was last seen, another one is unknown altogether, and lists are empty", async () => {
    const { coordinator, store } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("seen", { metadata: { run: 1 } });
    await agent.beat({ progress: 0.4 });
    await observer.getAgentStatus("seen");
    const back = store.simulateOutage();
    expect(await observer.getAgentStatus("seen")).toMatchObject({
      liveness: "unknown",
      status: "running",
      progress: 0.4,
      metadata: { run: 1 },
    });
    const nothing = { displayName: null, status: null, progress: null, currentTask: null };
    expect(await observer.getAgentStatus("unseen")).toEqual({
      ...nothing,
      agentId: "unseen",
      lastBeat: null,
      lastProgress: null,
      metadata: null,
      incarnation: null,
      liveness: "unknown",
      progressTimeoutMs: null,
      blockedForMs: null,
    });
    expect(await observer.isAgentAlive("seen")).toBeNull();
    expect(await observer.isAgentAlive("unseen")).toBeNull();
    expect(await observer.getActiveAgents()).toEqual([]);
    expect(await observer.getStaleAgents(0)).toEqual([]);
    expect(await observer.countActiveAgents()).toBeNull();
    back();
    expect(await observer.isAgentAlive("unseen")).toBe(false);
    expect(await observer.isAgentAlive("seen")).toBe(true);
  });

  it("an agent seen in a list is remembered too, until a newer list does without it", async () => {
    const { coordinator, clock, store } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("a");
    await observer.getAgentStatus("a");
    await agent.beat();
    await observer.getActiveAgents();
    let back = store.simulateOutage();
    expect(await observer.getAgentStatus("a")).toMatchObject({ status: "running", liveness: "unknown" });
    back();
    await clock.advance(0);
    await agent.stopHeartbeat();
    await clock.advance(3_600_000);
    await observer.getActiveAgents();
    back = store.simulateOutage();
    expect(await observer.getAgentStatus("a")).toMatchObject({ status: null, liveness: "unknown" });
    back();
  });
});

describe("after an outage", () => {
  it("a lease that ran out in it is unknown for one TTL, and lost after that", async () => {
    const { coordinator, clock, store } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("a");
    await observer.getAgentStatus("a");
    await agent.close(); // its process has died unseen
    const back = store.simulateOutage();
    await clock.advance(60_000);
    back();
    const seen = async () => [
      (await observer.getAgentStatus("a"))?.liveness,
      await observer.isAgentAlive("a"),
    ];
    expect(await seen()).toEqual(["unknown", null]);
    expect(ids(await observer.getActiveAgents())).toEqual(["a"]);
    await clock.advance(29_999);
    expect(await seen()).toEqual(["unknown", null]);
    await clock.advance(1);
    expect(await seen()).toEqual(["lost", false]);
    expect(await observer.getActiveAgents()).toEqual([]);
  });

  it("an agent whose TTL is longer than the observer's gets a TTL of its own", async () => {
    const { coordinator, clock, store } = memoryFleet();
    const agent = await coordinator({ ttlMs: 90_000 });
    const observer = await coordinator({ ttlMs: 3000 });
    await agent.startHeartbeat("a");
    await observer.getAgentStatus("a");
    await agent.close();
    const back = store.simulateOutage();
    await clock.advance(100_000);
    back();
    await clock.advance(89_999);
    expect(await observer.isAgentAlive("a")).toBeNull();
    await clock.advance(1);
    expect(await observer.isAgentAlive("a")).toBe(false);
  });

  it("an agent that was lost before it is lost still", async () => {
    const { coordinator, clock, store } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("a");
    await agent.close();
    await clock.advance(40_000);
    expect(await observer.isAgentAlive("a")).toBe(false);
    const back = store.simulateOutage();
    await clock.advance(10_000);
    back();
    expect(await observer.isAgentAlive("a")).toBe(false);
  });

  it("two outages with too little time between them are one", async () => {
    const { coordinator, clock, store } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    await agent.startHeartbeat("a");
    await observer.getAgentStatus("a");
    await agent.close();
    let back = store.simulateOutage();
    await clock.advance(60_000);
    back();
    await clock.advance(2000);
    expect(await observer.isAgentAlive("a")).toBeNull();
    back = store.simulateOutage();
    await clock.advance(60_000);
    back();
    expect(await observer.isAgentAlive("a")).toBeNull();
    await clock.advance(30_000);
    expect(await observer.isAgentAlive("a")).toBe(false);
  });

  it("an answer that took suspiciously long came out of an outage that nobody told of", async () => {
    const { coordinator, clock, open } = memoryFleet();
    const agent = await coordinator({ ttlMs: 1500 });
    const transport = await open();
    const observer = new HeartbeatCoordinator({ transport, ttlMs: 1500 });
    await agent.startHeartbeat("a");
    await observer.getAgentStatus("a");
    await agent.close();
    const { records } = transport;
    const get = records.get.bind(records);
    records.get = async (...args) => {
      const answer = get(...args);
      await answer;
      await new Promise<void>((resolve) => clock.setTimer(resolve, 1800));
      return get(...args);
    };
    const slow = observer.isAgentAlive("a");
    await clock.advance(1800);
    records.get = get;
    // That very answer is judged by it as well.
    expect(await slow).toBeNull();
    expect(await observer.isAgentAlive("a")).toBeNull();
    await clock.advance(1500);
    expect(await observer.isAgentAlive("a")).toBe(false);
  });

  it("a coordinator that finds the store away at its very start excuses everybody for one TTL", async () => {
    const { coordinator, clock, store, open } = memoryFleet();
    const agent = await coordinator();
    await agent.startHeartbeat("a");
    await agent.close();
    await clock.advance(60_000);
    const back = store.simulateOutage();
    const late = new HeartbeatCoordinator({ transport: await open() });
    await clock.advance(10_000);
    back();
    expect(await late.isAgentAlive("a")).toBeNull();
    await clock.advance(30_000);
    expect(await late.isAgentAlive("a")).toBe(false);
  });
});

describe("a record that is no heartbeat", () => {
  it("is left out and told of once, and the others are read", async () => {
    const { coordinator, open, warnings } = memoryFleet();
    const [agent, observer] = [await coordinator(), await coordinator()];
    const { records } = await open();
    await agent.startHeartbeat("good");
    for (const [key, value] of [
      ["broken", "{"],
      ["null", "null"],
      ["list", "[]"],
      ["object", '{"status":"running","last_beat":"2026-01-01T00:00:00Z"}'],
      ["odd-status", '["thinking",0,"",1,1,{}]'],
      ["no-time", '["running",0,""]'],
      ["odd-time", '["running",0,"","yesterday",1,{}]'],
    ] as const) {
      await records.put({ bucket: "heartbeat", key, value, leaseMs: 30_000, keepMs: 0 });
    }
    for (let round = 0; round < 3; round++) expect(ids(await observer.getActiveAgents())).toEqual(["good"]);
    expect(await observer.getAgentStatus("broken")).toBeNull();
    expect(warnings).toHaveLength(7);
  });

  it("may lack what it can do without, and may hold more", async () => {
    const { coordinator, open } = memoryFleet();
    const observer = await coordinator();
    const { records } = await open();
    const time = Date.parse("2026-01-27T12:00:00Z");
    const value = JSON.stringify(["running", null, null, time, time, {}]);
    await records.put({ bucket: "heartbeat", key: "a", value, leaseMs: 30_000, keepMs: 0 });
    expect(await observer.getAgentStatus("a")).toEqual({
      agentId: "a",
      displayName: null,
      status: "running",
      progress: 0,
      currentTask: "",
      lastBeat: new Date("2026-01-27T12:00:00Z"),
      lastProgress: new Date("2026-01-27T12:00:00Z"),
      metadata: {},
      incarnation: 0,
      liveness: "alive",
      progressTimeoutMs: null,
      blockedForMs: 0,
    });
  });
});
