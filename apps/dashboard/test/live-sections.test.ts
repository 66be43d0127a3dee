import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { onEveryStore } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { runDashboard } from "./running-dashboard.ts";

onEveryStore("a page is told", (store) => {
  async function setUp() {
    const transport = await store().open({ onUnavailable: "throw" });
    const dashboard = await runDashboard({ transport, pace: 10 });
    const page = await dashboard.connect();
    await page.told();
    return { transport, dashboard, page };
  }

  test("of agents: those that come, what changes of them, and their end", async () => {
    const { transport, page } = await setUp();
    const coordinator = new HeartbeatCoordinator({ transport });
    onTestFinished(() => coordinator.close());
    const metadata = { workflow: "audit", notes: "x".repeat(10_000) };
    await coordinator.startHeartbeat("<img onerror=alert(1)>", { metadata });
    await page.until("it is there", ({ agents }) => agents.size === 1);
    const [agent] = page.memory.agents.values();
    expect(agent).toMatchObject({ agent_id: "<img onerror=alert(1)>", liveness: "alive", metadata: {} });
    // Too much for a page that gets thousands.
    expect(agent!.metadata_bytes).toBe(JSON.stringify(metadata).length);
    await coordinator.beat({ status: "running", progress: 0.5, currentTask: "half way" });
    await page.until("its beat is told", ({ agents }) => [...agents.values()][0]!.progress === 0.5);
    await coordinator.stopHeartbeat("completed");
    await page.until("its end is told", ({ agents }) => [...agents.values()][0]!.liveness === "finished");
    expect([...page.memory.agents.values()][0]).toMatchObject({
      status: "completed",
      current_task: "half way",
    });
  });

  test("of requests for approval that wait, and that they do no more", async () => {
    const { transport, page } = await setUp();
    expect(page.memory.parts.approvals).toEqual([]);
    const asking = new ApprovalGate({ transport, agentId: "asker" });
    onTestFinished(() => asking.close());
    const small = asking.requestApproval({ approvalType: "deploy", context: { to: "production" } });
    await page.until("it is there", ({ parts }) => parts.approvals?.length === 1);
    const large = asking.requestApproval({ approvalType: "deploy", context: { text: "x".repeat(50_000) } });
    await page.until("the other too", ({ parts }) => parts.approvals?.length === 2);
    const [first, second] = page.memory.parts.approvals!;
    expect(first).toMatchObject({ agent_id: "asker", state: "pending", context: { to: "production" } });
    expect(first).not.toHaveProperty("context_bytes");
    expect(second).toMatchObject({
      context: null,
      context_bytes: JSON.stringify({ text: "x".repeat(50_000) }).length,
    });
    const deciding = new ApprovalGate({ transport });
    onTestFinished(() => deciding.close());
    await deciding.respondToApproval(first!.request_id, { approved: true, responder: "somebody" });
    await deciding.respondToApproval(second!.request_id, {
      approved: false,
      responder: "somebody",
      reason: "no",
    });
    await page.until("none waits", ({ parts }) => parts.approvals?.length === 0);
    expect([(await small).approved, (await large).approved]).toEqual([true, false]);
  });

  test("how good stages are, soon after they were rated", async () => {
    const { transport, page } = await setUp();
    const loop = new FeedbackLoop({ transport });
    onTestFinished(() => loop.close());
    const stage = { workflowName: "audit", stageName: "report", tier: "cheap" } as const;
    for (const qualityScore of [0.4, 0.6]) await loop.recordFeedback({ ...stage, qualityScore });
    await page.until("it is told", ({ parts }) => parts.quality?.[0]?.sample_count === 2);
    expect(page.memory.parts.quality).toMatchObject([
      { workflow_name: "audit", stage_name: "report", tier: "cheap", average_quality: 0.5 },
    ]);
  });

  test("how the store, the streams and the groups are", async () => {
    const { transport, page } = await setUp();
    const streamer = new EventStreamer({ transport });
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    const group = streamer.consumeGroup({
      group: "workers",
      eventTypes: ["orders"],
      maxDeliveries: 1,
      autoAck: false,
      signal: ending.signal,
    });
    await group.ready;
    await streamer.publishEvents(
      Array.from({ length: 20 }, (_, n) => ({ eventType: "orders", data: { n } })),
    );
    await streamer.publishEvent("agent_error", { agent_id: "a", error: "no" });
    for await (const event of group) {
      await event.nack();
      break;
    }
    await page.until(
      "the streams are told",
      ({ parts }) => parts.health?.streams.some(({ length }) => length === 20) ?? false,
      15_000,
    );
    await page.until(
      "the dead letter is told",
      ({ parts }) => parts.health?.groups[0]?.dead_letters === 1,
      15_000,
    );
    const health = page.memory.parts.health!;
    expect(health.store.product).not.toBeNull();
    expect(health.store.latency_ms!.p50).toBeGreaterThan(0);
    const types = health.streams.map(({ event_type }) => event_type);
    expect(types.sort()).toEqual(["agent_error", "dead_letter", "orders"]);
    expect(health.groups).toMatchObject([{ group: "workers", event_type: "orders" }]);
    expect(health.rates.errors_per_minute).toBe(1);
    // Rates are those of the last seconds: somebody has to go on publishing.
    const publishing = setInterval(() => void streamer.publishEvent("ticks", 1), 50);
    onTestFinished(() => clearInterval(publishing));
    await page.until(
      "the rates are told",
      ({ parts }) => parts.health?.rates.by_type.some((rate) => rate.event_type === "ticks") ?? false,
      15_000,
    );
    clearInterval(publishing);
    expect(health.clients).toEqual({ connected: 1, dropped: 0 });
    expect(health.webhook).toBeNull();
    await page.until("the alert is told", ({ parts }) => parts.alerts?.[0]?.rule === "dead_letters");
  });
});
