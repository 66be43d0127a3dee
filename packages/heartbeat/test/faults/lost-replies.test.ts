/** A tenth of the replies is lost on the wire. */
import { expect } from "vitest";
import { faultTest, join, lossesIn, pause, proxyFor, startServer, tally, ttlMs, watch } from "./fleet.ts";

faultTest(
  "with every tenth reply dropped nobody is taken for lost, and no agent for fenced",
  async () => {
    const server = await startServer();
    const proxy = await proxyFor(server);
    const agents = await Promise.all(Array.from({ length: 10 }, () => join(proxy.url())));
    const [direct, lossy] = [await join(server.url), await join(proxy.url())];
    await Promise.all(agents.map(({ coordinator }, n) => coordinator.startHeartbeat(`agent-${n}`)));
    const seen = [watch(direct.coordinator), watch(lossy.coordinator)];
    proxy.dropReplies({ every: 10 });
    const outcomes: string[] = [];
    const end = Date.now() + 5 * ttlMs;
    await Promise.all(
      agents.map(async ({ coordinator }, n) => {
        for (let step = 0; Date.now() < end; step++) {
          outcomes.push(await coordinator.beat({ progress: n / 10, currentTask: `step ${step}` }));
          await pause(100);
        }
      }),
    );
    await proxy.heal();
    const stops = await Promise.all(agents.map(({ coordinator }) => coordinator.stopHeartbeat()));
    const losses = await lossesIn(direct.transport);
    const recorded = outcomes.filter((outcome) => outcome === "recorded").length;
    console.info(
      `lost replies: ${proxy.counters.repliesDropped} dropped, ${recorded} of ${outcomes.length} beats recorded, told ${seen.map((each) => JSON.stringify(tally(each))).join(" and ")}, agent_error ${losses.length}`,
    );
    expect(proxy.counters.repliesDropped).toBeGreaterThan(20);
    expect(outcomes).not.toContain("fenced");
    for (const each of seen) expect(tally(each).lost ?? 0).toBe(0);
    expect(losses).toEqual([]);
    expect(stops).toEqual(Array(10).fill("recorded"));
  },
  30_000,
);
