/** A store that dies: every route says so and in time, and serves again once it is back. */
import { ApprovalGate } from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import { openTransport, silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { startRedis } from "@attune-tools/redis-server";
import { expect, inject, it, onTestFinished } from "vitest";
import { runDashboard } from "../running-dashboard.ts";
import { eventually } from "./eventually.ts";

/** Each asks the store. */
const paths = [
  "/api/health",
  "/api/agents/a",
  "/api/agents/a/timeline",
  "/api/signals",
  "/api/signals?pending=true&agent=a",
  "/api/events",
  "/api/events?type=a",
  "/api/events/a/1-1",
  "/api/event-types",
  "/api/approvals",
  "/api/approvals?state=decided",
  "/api/approvals/r",
  "/api/feedback/workflows",
  "/api/feedback/underperforming",
  "/api/feedback/history?workflow=w&stage=s",
  "/api/streams/groups",
  "/api/dead-letters?group=g",
];

it("while the store is away, every route that asks it says 503; what is known is told on, and afterwards all is as before", async () => {
  const store = new MemoryStore();
  // Whoever gave it would rather have empty lists: not here.
  const transport = await createMemoryTransport({ store, logger: silentLogger, onUnavailable: "degrade" });
  onTestFinished(() => transport.close());
  const dashboard = await runDashboard({ transport });
  const statuses = async () =>
    Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, (await dashboard.get(path)).status])),
    );
  const well = await statuses();
  expect(new Set(Object.values(well))).toEqual(new Set([200, 404]));
  const end = store.simulateOutage();
  expect(await statuses()).toEqual(Object.fromEntries(paths.map((path) => [path, 503])));
  const { json } = await dashboard.get("/api/events");
  expect(json.error).toMatchObject({ code: "STORE_UNAVAILABLE" });
  for (const what of ["approve", "reject"]) {
    expect((await dashboard.post(`/api/approvals/r/${what}`, {})).json.error.code).toBe("STORE_UNAVAILABLE");
  }
  expect((await dashboard.get("/api/agents")).status).toBe(200);
  expect((await dashboard.get("/api/alerts")).status).toBe(200);
  expect((await dashboard.get("/metrics")).text).toContain("\nattune_store_up 0\n");
  end();
  expect(await statuses()).toEqual(well);
  expect((await dashboard.get("/metrics")).text).toContain("\nattune_store_up 1\n");
});

/** An operation is given up after a second; the rest is for a machine that does other things, too. */
const inTimeMs = 20_000;

const redisUrl = inject("redisUrl");

it.skipIf(redisUrl === "")(
  "a Redis that is killed, or stands still: /api/health says so in time, and that it is well once it is back",
  {
    timeout: 60_000,
  },
  async () => {
    await using server = await startRedis({ appendOnly: true });
    await using transport = await openTransport(server.url, {
      operationTimeoutMs: 1000,
      onUnavailable: "throw",
      logger: silentLogger,
    });
    const dashboard = await runDashboard({ transport });
    const streamer = new EventStreamer({ transport });
    const id = await streamer.publishEvent("kept", { n: 1 });
    await using gate = new ApprovalGate({ transport, agentId: "asker" });
    void gate.requestApproval({ approvalType: "t", context: 1, requestId: "r", timeoutMs: 600_000 });
    await eventually("it is asked", async () => (await dashboard.get("/api/approvals")).json.total === 1);
    const health = async () => {
      const startedAt = performance.now();
      const { status, json } = await dashboard.get("/api/health");
      return { status, json, ms: performance.now() - startedAt };
    };
    const back = () => eventually("it is well", async () => (await health()).status === 200, 30_000);
    expect((await health()).json).toMatchObject({
      status: "ok",
      store: {
        status: "available",
        product: expect.stringMatching(/Redis|Valkey/),
        version: expect.any(String),
        bytes: expect.any(Number),
      },
    });

    server.pause();
    const paused = await health();
    expect([paused.status, paused.json.status, paused.json.store.status]).toEqual([
      503,
      "store_unavailable",
      "unavailable",
    ]);
    expect(paused.json.store.reason).toContain(`127.0.0.1:${server.port}`);
    expect(paused.ms).toBeLessThan(inTimeMs);
    server.resume();
    await back();

    await server.kill();
    const killed = await health();
    expect([killed.status, killed.json.store.status]).toEqual([503, "unavailable"]);
    expect(killed.ms).toBeLessThan(inTimeMs);
    expect((await dashboard.get("/api/events")).status).toBe(503);
    expect((await dashboard.post("/api/approvals/r/approve", {})).status).toBe(503);
    await server.start();
    await back();
    expect((await dashboard.get("/api/events?type=kept")).json.events).toMatchObject([
      { event_id: id, data: { n: 1 } },
    ]);
    expect((await dashboard.post("/api/approvals/r/approve", {})).json).toMatchObject({ accepted: true });
  },
);
