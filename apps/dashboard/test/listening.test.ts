/** Where it listens, and what the link says. */
import { networkInterfaces } from "node:os";
import { type DashboardOptions, startDashboard } from "@attune/dashboard";
import { createMemoryTransport } from "@attune/transport-memory";
import { expect, it, onTestFinished } from "vitest";
import { rawRequest } from "./security/raw-request.ts";

const token = "a-token-of-our-own";

async function started(options: DashboardOptions) {
  const transport = await createMemoryTransport();
  const dashboard = await startDashboard({ transport, port: 0, token, ...options });
  onTestFinished(async () => {
    await dashboard.close();
    await transport.close();
  });
  return dashboard;
}

it("on all addresses the link is one that works here, and the machine's own addresses are known", async () => {
  const dashboard = await started({ host: "0.0.0.0", allowRemote: true });
  expect(dashboard.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { port } = new URL(dashboard.url);
  const headers = { authorization: `Bearer ${token}` };
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address } of own.filter(({ family }) => family === "IPv4")) {
    const answer = await fetch(`http://${address}:${port}/api/health`, { headers });
    expect([address, answer.status]).toEqual([address, 200]);
  }
  const { status } = await rawRequest(dashboard, {
    path: "/api/health",
    headers: { ...headers, host: `box.lan:${port}` },
  });
  expect(status).toBe(421);
});

it("behind a proxy the link is that of the proxy", async () => {
  const dashboard = await started({ publicUrls: ["https://attune.example.com/"] });
  expect(dashboard.link).toBe(`https://attune.example.com/?token=${token}`);
  expect(dashboard.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});
