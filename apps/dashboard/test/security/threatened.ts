/** For tests: dashboards that somebody else's page, name or program is let loose on. */
import { ApprovalGate } from "@attune/approvals";
import { openTransport, silentLogger } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, onTestFinished } from "vitest";
import type { DashboardOptions } from "../../src/index.ts";
import { type RunningDashboard, runDashboard } from "../running-dashboard.ts";

export async function dashboardOnMemory(options: DashboardOptions = {}) {
  const transport = await openTransport("memory:", { logger: silentLogger });
  onTestFinished(() => transport.close());
  const dashboard = await runDashboard({ transport, ...options });
  const { port, host, origin } = new URL(dashboard.url);
  const bearer = { authorization: `Bearer ${dashboard.token}` };
  const cookie = { cookie: `attune_${port}=${dashboard.token}` };
  return { transport, dashboard, port, host, origin, bearer, cookie };
}

/** A request that waits, and the look at it: nothing of what is refused may have decided it. */
export async function withRequest(options: DashboardOptions = {}) {
  const world = await dashboardOnMemory(options);
  const gate = new ApprovalGate({ transport: world.transport, agentId: "asker" });
  onTestFinished(() => gate.close());
  void gate.requestApproval({ approvalType: "deploy", context: 1, requestId: "r", timeoutMs: 600_000 });
  const state = async () => (await gate.getApproval("r"))?.state;
  await until("it is asked", async () => (await state()) === "pending");
  return { ...world, state, path: "/api/approvals/r/approve" };
}

export async function isOpen(dashboard: RunningDashboard): Promise<void> {
  expect((await dashboard.get("/api/health")).status).toBe(200);
}
