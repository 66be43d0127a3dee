/** What other programs find in Redis. */
import { redisCommand } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it } from "vitest";
import { storeAt } from "./on-every-store.ts";

const redisUrl = inject("redisUrl");

describe.skipIf(redisUrl === "")("on the wire", () => {
  it("an agent is visible as {prefix}heartbeat:{agent_id}, with its TTL and the seeds' field names", async () => {
    const here = storeAt(redisUrl);
    const agent = await here.coordinator();
    await agent.startHeartbeat("reviewer:1", { metadata: { run: 7 }, displayName: "Reviewer" });
    const key = `${here.prefix}heartbeat:reviewer:1`;
    const shown = async () => JSON.parse((await redisCommand(redisUrl, ["GET", key])) as string);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await shown()).toEqual({
      agent_id: "reviewer:1",
      status: "starting",
      progress: 0,
      current_task: "initializing",
      last_beat: time,
      metadata: { run: 7 },
      display_name: "Reviewer",
      incarnation: (await agent.getAgentStatus("reviewer:1"))!.incarnation,
      last_progress: time,
    });
    const ttl = (await redisCommand(redisUrl, ["PTTL", key])) as number;
    expect(ttl).toBeGreaterThan(25_000);
    expect(ttl).toBeLessThanOrEqual(30_000);
    await agent.beat({ progress: 0.5 });
    expect(await shown()).toMatchObject({ status: "running", progress: 0.5 });
    // Only there where it is set.
    expect(await shown()).not.toHaveProperty("progress_timeout_ms");
    await agent.beat({ progressTimeoutMs: 90_000 });
    expect(await shown()).toMatchObject({ progress_timeout_ms: 90_000 });
    await agent.stopHeartbeat();
    expect(await shown()).toMatchObject({ status: "completed", progress: 1 });
    expect((await redisCommand(redisUrl, ["PTTL", key])) as number).toBeGreaterThan(3_500_000);
  });

  it("the key is empathy:heartbeat:{agent_id} by default", async () => {
    const id = `wire-${Date.now()}`;
    const agent = await storeAt(redisUrl).coordinator({ prefix: "empathy:" });
    await agent.startHeartbeat(id);
    expect(await redisCommand(redisUrl, ["EXISTS", `empathy:heartbeat:${id}`])).toBe(1);
    await agent.stopHeartbeat();
  });
});
