/** Beats from a worker thread: the same as from the main thread, on a connection of its own. */
import { randomUUID } from "node:crypto";
import { agentHeartbeat, type FencedAgent } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { createRedisTransport } from "@attune/transport-redis";
import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { storeAt } from "./on-every-store.ts";

const redisUrl = inject("redisUrl");

/** Worker threads that this one has started and that have not exited. */
let alive = 0;
process.on("worker", (worker) => {
  alive++;
  worker.once("exit", () => alive--);
});
const workers = () => alive;

describe.skipIf(redisUrl === "")('beatFrom: "worker"', () => {
  it("starts, beats, merges and stops like the main thread, and streams", async () => {
    const here = storeAt(redisUrl);
    const observer = await here.coordinator();
    const streamer = new EventStreamer({ transport: await here.open() });
    const agent = await here.coordinator({ beatFrom: "worker", enableStreaming: true });
    const seen = () => observer.getAgentStatus("a:* 🤖");
    expect(await agent.startHeartbeat("a:* 🤖", { metadata: { run: 7 }, displayName: "A" })).toBe("recorded");
    expect(await seen()).toMatchObject({ status: "starting", displayName: "A", metadata: { run: 7 } });
    expect(await agent.beat({ progress: 0.5, currentTask: "x", metadata: { n: null } })).toBe("recorded");
    expect(await seen()).toMatchObject({
      status: "running",
      progress: 0.5,
      currentTask: "x",
      metadata: { run: 7, n: null },
      liveness: "alive",
      blockedForMs: 0,
    });
    expect(await agent.stopHeartbeat("failed")).toBe("recorded");
    expect(await seen()).toMatchObject({ status: "failed", progress: 0.5, liveness: "finished" });
    await expect.poll(() => streamer.getRecentEvents(agentHeartbeat)).toHaveLength(3);
    const events = (await streamer.getRecentEvents(agentHeartbeat)).reverse();
    expect(events.map(({ data }) => (data as { status: string }).status)).toEqual([
      "starting",
      "running",
      "failed",
    ]);
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set(["a:* 🤖"]));
  });

  it("beats by itself", async () => {
    const here = storeAt(redisUrl);
    const observer = await here.coordinator();
    const agent = await here.coordinator({ beatFrom: "worker", ttlMs: 6000, intervalMs: 100 });
    await agent.startHeartbeat("a");
    const first = (await observer.getAgentStatus("a"))!;
    await expect
      .poll(async () => (await observer.getAgentStatus("a"))!.lastBeat!.getTime())
      .toBeGreaterThan(first.lastBeat!.getTime() + 1200);
    expect(await observer.getAgentStatus("a")).toMatchObject({
      liveness: "alive",
      lastProgress: first.lastProgress,
      incarnation: first.incarnation,
    });
  });

  it("keeps the order of beats that nobody waited for", async () => {
    const here = storeAt(redisUrl);
    const agent = await here.coordinator({ beatFrom: "worker" });
    const outcomes = [agent.startHeartbeat("a")];
    for (let n = 1; n <= 100; n++) outcomes.push(agent.beat({ progress: n / 200 }));
    outcomes.push(agent.stopHeartbeat("cancelled"));
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["recorded"]));
    expect(await agent.getAgentStatus("a")).toMatchObject({ status: "cancelled", progress: 0.5 });
  });

  it("writes beats of one turn once, and publishes each of them", async () => {
    const here = storeAt(redisUrl);
    const { records } = await here.open();
    const streamer = new EventStreamer({ transport: await here.open() });
    const agent = await here.coordinator({ beatFrom: "worker", enableStreaming: true });
    // Each put gives the record one more.
    const version = async () => (await records.get("heartbeat", ["a"]))[0]?.version;
    const starting = [agent.startHeartbeat("a", { progressTimeoutMs: 5000 }), agent.beat({ progress: 0.1 })];
    expect(await Promise.all(starting)).toEqual(["recorded", "recorded"]);
    expect(await version()).toBe(2);
    const beats = [0.2, 0.3, 0.4].map((progress) => agent.beat({ progress }));
    expect(new Set(await Promise.all(beats))).toEqual(new Set(["recorded"]));
    expect(await version()).toBe(3);
    void agent.beat({ progress: 0.5, progressTimeoutMs: null });
    expect(await agent.stopHeartbeat("failed")).toBe("recorded");
    expect(await version()).toBe(4);
    await expect.poll(() => streamer.getRecentEvents(agentHeartbeat)).toHaveLength(7);
    const events = (await streamer.getRecentEvents(agentHeartbeat)).reverse();
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    expect(
      events.map(({ data }) => {
        const beat = data as Record<string, unknown>;
        return [beat.status, beat.progress, beat.progress_timeout_ms, beat.incarnation];
      }),
    ).toEqual([
      ["starting", 0, 5000, incarnation],
      ["running", 0.1, 5000, incarnation],
      ["running", 0.2, 5000, incarnation],
      ["running", 0.3, 5000, incarnation],
      ["running", 0.4, 5000, incarnation],
      ["running", 0.5, undefined, incarnation],
      ["failed", 0.5, undefined, incarnation],
    ]);
  });

  it("learns that it was fenced", async () => {
    const here = storeAt(redisUrl);
    const fenced: FencedAgent[] = [];
    const old = await here.coordinator({ beatFrom: "worker", onFenced: (agent) => fenced.push(agent) });
    const fresh = await here.coordinator({ beatFrom: "worker" });
    await old.startHeartbeat("a");
    await fresh.startHeartbeat("a");
    expect(await old.beat({ progress: 0.9 })).toBe("fenced");
    expect(await old.stopHeartbeat()).toBe("fenced");
    expect(old.fenced).toBe(true);
    expect(fenced).toHaveLength(1);
    expect(fenced[0]!.newerIncarnation!).toBeGreaterThan(fenced[0]!.incarnation!);
    expect(await fresh.getAgentStatus("a")).toMatchObject({ progress: 0, liveness: "alive" });
  });

  it("ends its thread with the stop, with the coordinator's close and with the transport's", async () => {
    // Threads of the tests before may be ending still.
    await expect.poll(workers).toBe(0);
    const here = storeAt(redisUrl);
    const transport = await here.open();
    const agent = await here.coordinator({ transport, beatFrom: "worker" });
    await agent.startHeartbeat("a");
    expect(workers()).toBe(1);
    await agent.stopHeartbeat();
    await expect.poll(workers).toBe(0);
    await agent.startHeartbeat("b");
    await agent.close();
    expect(workers()).toBe(0);
    expect(await agent.getAgentStatus("b")).toMatchObject({ status: "starting" });
    const other = await here.coordinator({ transport, beatFrom: "worker" });
    await other.startHeartbeat("c");
    await transport.close();
    await expect.poll(workers).toBe(0);
  });

  it("says at the start which transports it cannot open again", async () => {
    const invalid = { code: "ATTUNE_ARGUMENT_INVALID", details: { argument: "beatFrom" } };
    const memory = await storeAt(`memory:${randomUUID()}`).coordinator({ beatFrom: "worker" });
    const starting = memory.startHeartbeat("a");
    await expect(starting).rejects.toMatchObject(invalid);
    await expect(starting).rejects.toThrow("use another store");
    const transport = await createRedisTransport({ url: redisUrl });
    onTestFinished(() => transport.close());
    const own = await storeAt(redisUrl).coordinator({ transport, beatFrom: "worker" });
    await expect(own.startHeartbeat("a")).rejects.toMatchObject(invalid);
    await expect(own.startHeartbeat("a")).rejects.toThrow("openTransport(url)");
    // They can watch all the same.
    expect(await own.getActiveAgents()).toEqual([]);
  });

  it("is unavailable while the store is away, and writes the latest state when it is back", async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const here = storeAt(server.url);
    const observer = await here.coordinator();
    const agent = await here.coordinator({ beatFrom: "worker", operationTimeoutMs: 500 });
    await agent.startHeartbeat("a");
    await server.kill();
    expect(await agent.beat({ progress: 0.3 })).toBe("unavailable");
    await server.start();
    await expect.poll(() => observer.getAgentStatus("a")).toMatchObject({ progress: 0.3, liveness: "alive" });
  });

  it("goes on from the main thread when the worker fails, and says so", async () => {
    vi.resetModules();
    vi.doMock("node:worker_threads", async (original) => {
      const actual = await original<typeof import("node:worker_threads")>();
      class BrokenWorker extends actual.Worker {
        constructor(_url: URL, options: object) {
          super('throw new Error("no such file");', { ...options, execArgv: [], eval: true });
        }
      }
      return { ...actual, Worker: BrokenWorker };
    });
    onTestFinished(() => vi.doUnmock("node:worker_threads"));
    const { HeartbeatCoordinator } = await import("../src/index.ts");
    const here = storeAt(redisUrl);
    const transport = await here.open();
    const agent = new HeartbeatCoordinator({ transport, beatFrom: "worker", enableStreaming: true });
    onTestFinished(() => agent.close());
    const starting = agent.startHeartbeat("a");
    await new Promise(setImmediate);
    expect(await Promise.all([starting, agent.beat({ progress: 0.2 })])).toEqual(["recorded", "recorded"]);
    expect(await agent.beat({ progress: 0.4 })).toBe("recorded");
    expect(await agent.getAgentStatus("a")).toMatchObject({ progress: 0.4, liveness: "alive" });
    expect(here.warnings).toEqual([
      'attune: the worker thread of agent "a" failed (Error: no such file). Beating from the main thread instead.',
    ]);
    expect(await agent.stopHeartbeat()).toBe("recorded");
    const events = await new EventStreamer({ transport }).getRecentEvents(agentHeartbeat);
    expect(events.reverse().map(({ data }) => (data as { progress: number }).progress)).toEqual([
      0, 0.2, 0.4, 1,
    ]);
  });
});
