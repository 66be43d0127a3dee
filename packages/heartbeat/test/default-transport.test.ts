/** Without a transport: one per process, opened on first use. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { defaultTransport } from "@attune/transport";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

it("coordinators without a transport share one, opened from ATTUNE_URL on first use", async () => {
  vi.stubEnv("ATTUNE_URL", "memory:");
  const [a, b] = [new HeartbeatCoordinator(), new HeartbeatCoordinator()];
  // Nobody has to wait for the start before he beats.
  const outcomes = [a.startHeartbeat("a"), a.beat({ progress: 0.5 })];
  await expect(a.startHeartbeat("b")).rejects.toMatchObject({ code: "ATTUNE_HEARTBEAT_STATE" });
  expect(await Promise.all(outcomes)).toEqual(["recorded", "recorded"]);
  expect(await b.getAgentStatus("a")).toMatchObject({ status: "running", progress: 0.5, liveness: "alive" });
  const watch = b.watchAgents();
  expect((await watch.next()).value).toMatchObject({ from: null, to: "alive" });
  await a.close();
  await b.close();
  const transport = await defaultTransport();
  expect(transport.name).toBe("memory");
  await transport.close();
});

it("a store that cannot be opened is told in the error, by calls and by watches, and nothing is started", async () => {
  vi.stubEnv("ATTUNE_URL", "nowhere:");
  const agent = new HeartbeatCoordinator();
  const invalid = { code: "ATTUNE_URL_INVALID", message: expect.stringContaining("nowhere:") };
  await expect(agent.startHeartbeat("a")).rejects.toMatchObject(invalid);
  await expect(agent.beat()).rejects.toMatchObject({ code: "ATTUNE_HEARTBEAT_STATE" });
  await expect(agent.startHeartbeat("a")).rejects.toMatchObject(invalid);
  await expect(agent.getActiveAgents()).rejects.toMatchObject(invalid);
  await expect(agent.watchAgents().next()).rejects.toMatchObject(invalid);
  await agent.close();
});
