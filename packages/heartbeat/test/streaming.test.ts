/** enableStreaming: every recorded beat is an event, and no beat waits for its event. What it costs: coalesced-beats.test.ts. */
import { agentHeartbeat, HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { AttuneError } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { memoryFleet } from "./on-memory.ts";

onEveryStore("enableStreaming", (store) => {
  it("publishes the start, beats and the stop as agent_heartbeat, in order, with the agent as source", async () => {
    const here = store();
    const streamer = new EventStreamer({ transport: await here.open() });
    const agent = await here.coordinator({ enableStreaming: true });
    await agent.startHeartbeat("a", { metadata: { run: 7 }, displayName: "A" });
    await agent.beat({ progress: 0.5, currentTask: "x", progressTimeoutMs: 90_000 });
    await agent.stopHeartbeat("failed");
    await expect.poll(() => streamer.getRecentEvents(agentHeartbeat)).toHaveLength(3);
    const events = (await streamer.getRecentEvents(agentHeartbeat)).reverse();
    const { incarnation } = (await agent.getAgentStatus("a"))!;
    expect(events.map(({ valid, source }) => [valid, source])).toEqual(Array(3).fill([true, "a"]));
    expect(events.map(({ data }) => data)).toEqual([
      {
        agent_id: "a",
        status: "starting",
        progress: 0,
        current_task: "initializing",
        last_beat: expect.any(String),
        metadata: { run: 7 },
        display_name: "A",
        incarnation,
        last_progress: expect.any(String),
      },
      expect.objectContaining({
        status: "running",
        progress: 0.5,
        current_task: "x",
        incarnation,
        progress_timeout_ms: 90_000,
      }),
      expect.objectContaining({ status: "failed", progress: 0.5, metadata: { run: 7 } }),
    ]);
  });

  it("publishes nothing when it is off, which is the default", async () => {
    const here = store();
    const streamer = new EventStreamer({ transport: await here.open() });
    const agent = await here.coordinator();
    await agent.startHeartbeat("a");
    await agent.beat();
    await agent.stopHeartbeat();
    expect(await streamer.listEventTypes()).toEqual([]);
  });
});

describe("a streamed beat", () => {
  it("is published for each automatic beat, and not for one that was not recorded", async () => {
    const fleet = memoryFleet();
    const streamer = new EventStreamer({ transport: await fleet.open() });
    const agent = await fleet.coordinator({ enableStreaming: true });
    const newer = await fleet.coordinator();
    const count = async () => (await streamer.getRecentEvents(agentHeartbeat)).length;
    await agent.startHeartbeat("a");
    await fleet.clock.advance(30_000);
    expect(await count()).toBe(4);
    const back = fleet.store.simulateOutage();
    await agent.beat();
    back();
    await fleet.clock.advance(0);
    expect(await count()).toBe(5);
    await newer.startHeartbeat("a");
    expect(await agent.beat()).toBe("fenced");
    expect(await count()).toBe(5);
  });

  it("is not waited for but at the end, and its failure is no failure of the beat", async () => {
    const fleet = memoryFleet();
    const transport = await fleet.open();
    const hanging = Promise.withResolvers<string[]>();
    let hangs = true;
    transport.streams.append = () =>
      hangs ? hanging.promise : Promise.reject(new AttuneError("ATTUNE_STORE_REFUSED", "no room"));
    const agent = new HeartbeatCoordinator({ transport, enableStreaming: true });
    expect(await agent.startHeartbeat("a")).toBe("recorded");
    expect(await agent.beat()).toBe("recorded");
    hangs = false;
    expect(await agent.beat()).toBe("recorded");
    let stopped = false;
    const stopping = agent.stopHeartbeat().finally(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(fleet.warnings).toEqual(["attune: EventStreamer: no room"]);
    // Who ends his process now loses no event of the agent's.
    expect(stopped).toBe(false);
    hanging.resolve(["1-0"]);
    expect(await stopping).toBe("recorded");
    await agent.close();
  });
});
