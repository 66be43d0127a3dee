/** Beats that come by themselves: when, in which order, and what an outage does to them. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { AttuneError, type PutRequest, type Transport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { memoryFleet } from "./on-memory.ts";

/** Sees every put of a transport, and can hold them back. */
function tapPuts(transport: Transport) {
  const puts: { request: PutRequest; value: Record<string, unknown> }[] = [];
  const { records } = transport;
  const put = records.put.bind(records);
  let gate: Promise<void> | undefined;
  let under = 0;
  let most = 0;
  records.put = async (request) => {
    puts.push({ request, value: JSON.parse(request.visible!) });
    most = Math.max(most, ++under);
    try {
      await gate;
      return await put(request);
    } finally {
      under--;
    }
  };
  return {
    puts,
    get most() {
      return most;
    },
    hold(): () => void {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = () => {
          gate = undefined;
          resolve();
        };
      });
      return release;
    },
  };
}

async function tapped(options: object = {}) {
  const fleet = memoryFleet();
  const transport = await fleet.open();
  const tap = tapPuts(transport);
  const agent = new HeartbeatCoordinator({ transport, ...options });
  return { ...fleet, transport, tap, agent };
}

describe("automatic beats", () => {
  it("come every intervalMs, a third of the TTL by default, and keep the agent alive", async () => {
    const { agent, tap, clock } = await tapped();
    await agent.startHeartbeat("a");
    const before = tap.puts.length;
    await clock.advance(100_000);
    expect(tap.puts.length - before).toBe(10);
    expect(tap.puts.at(-1)!.request).toMatchObject({
      bucket: "heartbeat",
      key: "a",
      leaseMs: 30_000,
      keepMs: 3_600_000,
      visible: expect.stringContaining('"agent_id":"a"'),
      announce: false,
    });
    expect(await agent.isAgentAlive("a")).toBe(true);
    await agent.close();
  });

  it("carry the latest state and the present time, and are no progress", async () => {
    const { agent, tap, clock } = await tapped({ intervalMs: 1000 });
    await agent.startHeartbeat("a");
    await clock.advance(500);
    await agent.beat({ progress: 0.5, currentTask: "x", metadata: { n: 1 } });
    const explicit = tap.puts.at(-1)!.value;
    // The interval counts from the last beat, whoever made it.
    await clock.advance(999);
    expect(tap.puts.at(-1)!.value).toBe(explicit);
    await clock.advance(1);
    const automatic = tap.puts.at(-1)!.value;
    expect(automatic).toEqual({ ...explicit, last_beat: "2026-01-01T00:00:01.500Z" });
    expect(automatic.last_progress).toBe("2026-01-01T00:00:00.500Z");
    await agent.close();
  });

  it("a beat that says the same again is no progress; one with another status, progress or task is", async () => {
    const { agent, tap, clock } = await tapped();
    await agent.startHeartbeat("a");
    const progressedAt = () => Date.parse(tap.puts.at(-1)!.value.last_progress as string) - clock.now();
    await agent.beat({ progress: 0.5, currentTask: "x" });
    await clock.advance(1000);
    await agent.beat({ progress: 0.5, currentTask: "x", metadata: { n: 2 } });
    expect(progressedAt()).toBe(-1000);
    await agent.beat();
    expect(progressedAt()).toBe(-1000);
    for (const changes of [{ progress: 0.6 }, { currentTask: "y" }, { status: "idle" }] as const) {
      await clock.advance(1000);
      await agent.beat(changes);
      expect(progressedAt()).toBe(0);
    }
    await agent.close();
  });

  it("ring the bell for the start, the stop and changes of status only", async () => {
    const { agent, tap, clock } = await tapped();
    const rung = () => tap.puts.splice(0).map(({ request }) => request.announce);
    await agent.startHeartbeat("a");
    expect(rung()).toEqual([true, false]);
    await agent.beat();
    await agent.beat({ progress: 0.5 });
    await clock.advance(10_000);
    expect(rung()).toEqual([true, false, false]);
    await agent.beat({ status: "idle" });
    await agent.stopHeartbeat();
    expect(rung()).toEqual([true, true]);
    await agent.close();
  });

  it("write the incarnation down as soon as the store has given it", async () => {
    const { agent, tap } = await tapped();
    await agent.startHeartbeat("a");
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    expect(tap.puts.map(({ value }) => value.incarnation)).toEqual([undefined, incarnation]);
    // And insist on it from then on: the store may forget who it gave it to.
    expect(tap.puts.map(({ request }) => request.condition)).toEqual([
      { holder: expect.any(String), incarnation: undefined },
      { holder: expect.any(String), incarnation },
    ]);
    await agent.close();
  });

  it("end with the stop, and with closing", async () => {
    const { agent, tap, clock } = await tapped();
    await agent.startHeartbeat("a");
    await agent.stopHeartbeat();
    const stopped = tap.puts.length;
    expect(tap.puts.at(-1)!.request).toMatchObject({ leaseMs: null, keepMs: 3_600_000 });
    await clock.advance(100_000);
    expect(tap.puts).toHaveLength(stopped);
    await agent.startHeartbeat("b");
    await agent.close();
    const closed = tap.puts.length;
    await clock.advance(100_000);
    expect(tap.puts).toHaveLength(closed);
    expect(await agent.getAgentStatus("b")).toMatchObject({ status: "starting", liveness: "lost" });
  });

  it("leave no timer behind", async () => {
    const { agent, clock, transport } = await tapped();
    const watch = agent.watchAgents();
    await agent.startHeartbeat("a");
    await watch.next();
    const waiting = watch.next();
    await agent.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await transport.close();
    // The list of deadlines lets go of its timer when it fires.
    await clock.advance(5000);
    expect(clock.pendingTimers).toBe(0);
  });

  it("never overlap: of what comes during a write the latest is written next, and everybody is told", async () => {
    const { agent, tap } = await tapped();
    await agent.startHeartbeat("a");
    tap.puts.length = 0;
    const release = tap.hold();
    const beats = [agent.beat({ progress: 0.1 })];
    await new Promise(setImmediate);
    for (const progress of [0.2, 0.3, 0.4]) beats.push(agent.beat({ progress }));
    const stopping = agent.stopHeartbeat("failed");
    release();
    expect(await Promise.all([...beats, stopping])).toEqual(Array(5).fill("recorded"));
    expect(tap.puts.map(({ value }) => [value.status, value.progress])).toEqual([
      ["running", 0.1],
      ["failed", 0.4],
    ]);
    expect(tap.most).toBe(1);
    await agent.close();
  });

  it("do not pile up while the store is slow", async () => {
    const { agent, tap, clock } = await tapped({ ttlMs: 1500, intervalMs: 500 });
    await agent.startHeartbeat("a");
    const before = tap.puts.length;
    const release = tap.hold();
    await clock.advance(1900);
    expect(tap.puts.length - before).toBe(1);
    release();
    await clock.advance(1);
    expect(tap.most).toBe(1);
    await agent.close();
  });

  it("come at once when a blocked event loop turns again, and say so", async () => {
    // What a blocked loop looks like from within: time has gone on, and timers are late.
    const { agent, tap, clock } = await tapped();
    await agent.startHeartbeat("a");
    tap.puts.length = 0;
    const { setTimer } = clock;
    let late: (() => void) | undefined;
    clock.setTimer = (callback, ms, options) => {
      if (ms !== 10_000) return setTimer(callback, ms, options);
      late = callback;
      return { clear: () => {} };
    };
    await agent.beat();
    tap.puts.length = 0;
    await clock.advance(65_000);
    expect(await agent.getAgentStatus("a")).toMatchObject({ liveness: "lost" });
    late!();
    await clock.advance(0);
    expect(tap.puts.map(({ request }) => request.announce)).toEqual([true]);
    expect(await agent.getAgentStatus("a")).toMatchObject({ liveness: "alive" });
    await agent.close();
  });
});

describe("while the store is away", () => {
  it("beats are unavailable at once, with one warning, and the latest state is written when it is back", async () => {
    const { agent, tap, clock, store, warnings } = await tapped();
    await agent.startHeartbeat("a");
    const back = store.simulateOutage();
    expect(await agent.beat({ progress: 0.3 })).toBe("unavailable");
    expect(await agent.beat({ progress: 0.6, currentTask: "later" })).toBe("unavailable");
    await clock.advance(60_000);
    expect(warnings.filter((warning) => warning.includes("Going on without it"))).toHaveLength(1);
    back();
    // Not at the next interval: at once.
    await clock.advance(0);
    expect(tap.puts.at(-1)!.value).toMatchObject({ progress: 0.6, current_task: "later" });
    expect(tap.puts.at(-1)!.request.announce).toBe(true);
    expect(await agent.getAgentStatus("a")).toMatchObject({ progress: 0.6, liveness: "alive" });
    expect(warnings.filter((warning) => /the store at \S+ is back/.test(warning))).toHaveLength(1);
    await agent.close();
  });

  it("an agent that starts or ends meanwhile is recorded when it is back", async () => {
    const { agent, clock, store } = await tapped();
    const back = store.simulateOutage();
    expect(await agent.startHeartbeat("a")).toBe("unavailable");
    expect(await agent.beat({ progress: 0.2 })).toBe("unavailable");
    back();
    await clock.advance(0);
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "running", progress: 0.2 });
    const backAgain = store.simulateOutage();
    expect(await agent.stopHeartbeat("failed")).toBe("unavailable");
    await expect(agent.beat()).rejects.toMatchObject({ code: "ATTUNE_HEARTBEAT_STATE" });
    // Another agent of the same coordinator does not make it forget the first one's end.
    expect(await agent.startHeartbeat("b")).toBe("unavailable");
    backAgain();
    await clock.advance(0);
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "failed", liveness: "finished" });
    expect(await agent.getAgentStatus("b")).toMatchObject({ status: "starting", liveness: "alive" });
    await agent.close();
  });

  it("an end that could not be written is given up for a new start of the same agent", async () => {
    let fenced = 0;
    const { agent, tap, transport, clock } = await tapped({ onFenced: () => fenced++ });
    await agent.startHeartbeat("a");
    const put = transport.records.put;
    transport.records.put = () => Promise.reject(new AttuneError("ATTUNE_STORE_REFUSED", "not now"));
    expect(await agent.stopHeartbeat()).toBe("unavailable");
    transport.records.put = put;
    tap.puts.length = 0;
    expect(await agent.startHeartbeat("a")).toBe("recorded");
    await clock.advance(20_000);
    expect(tap.puts.map(({ value }) => value.status)).toEqual(Array(4).fill("starting"));
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "starting", liveness: "alive" });
    expect([agent.fenced, fenced]).toEqual([false, 0]);
    await agent.close();
  });

  it("an agent that started and ended unseen takes nobody's place", async () => {
    const fleet = memoryFleet();
    const [unseen, other] = [await fleet.coordinator(), await fleet.coordinator()];
    const back = fleet.store.simulateOutage();
    await unseen.startHeartbeat("a");
    expect(await unseen.stopHeartbeat("failed")).toBe("unavailable");
    back();
    // It is recorded only if nobody else is there.
    await fleet.clock.advance(0);
    expect(await other.getAgentStatus("a")).toMatchObject({ status: "failed" });
    await other.startHeartbeat("b");
    const backAgain = fleet.store.simulateOutage();
    await unseen.startHeartbeat("b");
    await unseen.stopHeartbeat("failed");
    backAgain();
    await fleet.clock.advance(20_000);
    expect(other.fenced).toBe(false);
    expect(await other.getAgentStatus("b")).toMatchObject({ status: "starting", liveness: "alive" });
  });

  it('with onUnavailable: "throw" calls reject, automatic beats only warn, and beating goes on', async () => {
    const fleet = memoryFleet();
    const agent = await fleet.coordinator({ onUnavailable: "throw" });
    await agent.startHeartbeat("a");
    const back = fleet.store.simulateOutage();
    const code = "ATTUNE_TRANSPORT_UNAVAILABLE";
    await expect(agent.beat({ progress: 0.7 })).rejects.toMatchObject({ code });
    await expect(agent.getAgentStatus("a")).rejects.toMatchObject({ code });
    await expect(agent.getActiveAgents()).rejects.toMatchObject({ code });
    await expect(agent.countActiveAgents()).rejects.toMatchObject({ code });
    await fleet.clock.advance(60_000);
    expect(fleet.warnings.filter((warning) => warning.includes("Going on without it"))).toHaveLength(1);
    back();
    await fleet.clock.advance(0);
    expect(await agent.getAgentStatus("a")).toMatchObject({ progress: 0.7, liveness: "alive" });
    const backAgain = fleet.store.simulateOutage();
    const other = await fleet.coordinator({ onUnavailable: "throw" });
    await expect(other.startHeartbeat("b")).rejects.toMatchObject({ code });
    backAgain();
    await fleet.clock.advance(20_000);
    // The start was refused: nothing beats for it.
    expect(await agent.getAgentStatus("b")).toBeNull();
    expect(await other.startHeartbeat("b")).toBe("recorded");
  });

  it("calls after the transport was closed are told so", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const agent = new HeartbeatCoordinator({ transport });
    await agent.startHeartbeat("a");
    await transport.close();
    const code = "ATTUNE_TRANSPORT_CLOSED";
    await expect(agent.beat()).rejects.toMatchObject({ code });
    await expect(agent.getAgentStatus("a")).rejects.toMatchObject({ code });
    await expect(agent.stopHeartbeat()).rejects.toMatchObject({ code });
    await agent.close();
    expect(fleet.clock.pendingTimers).toBe(0);
  });
});
