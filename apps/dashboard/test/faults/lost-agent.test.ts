/** An agent's process is killed: an alert fires, is posted, and is over once the agent is back. */
import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, onTestFinished, test } from "vitest";
import { runDashboard } from "../running-dashboard.ts";
import { startWebhookServer } from "../webhook-server.ts";
import { run } from "./programs.ts";

/** Left out, with the rest of Redis, by ATTUNE_TEST_REDIS=skip. */
const faultTest = test.skipIf(inject("redisUrl") === "");

faultTest("an agent killed -9 fires agents_lost, and resolves it when it is started anew", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const hook = await startWebhookServer();
  const dashboard = await runDashboard({ url: redis.url, webhookUrl: hook.url });
  const page = await dashboard.connect();
  await page.told();
  const start = () => run("agent.ts", redis.url, "victim", "1500");
  const agent = start();
  await agent.ready;
  await page.until("it is seen", ({ agents }) => agents.get("victim")?.liveness === "alive");
  expect(page.memory.parts.alerts ?? []).toEqual([]);
  await agent.kill();
  await page.until("the alert fires", ({ parts }) => parts.alerts?.[0]?.rule === "agents_lost", 20_000);
  const [alert] = page.memory.parts.alerts!;
  expect(alert).toMatchObject({
    severity: "critical",
    summary: 'Agent "victim" is lost.',
    subjects: ["victim"],
    resolved_at: null,
  });
  const again = start();
  await again.ready;
  await page.until("it is over", ({ parts }) => parts.alerts?.[0]?.resolved_at !== null, 20_000);
  await hook.until(2);
  expect(hook.posts.map(({ body }) => [body.state, body.alert.alert_id])).toEqual([
    ["firing", alert!.alert_id],
    ["resolved", alert!.alert_id],
  ]);
});
