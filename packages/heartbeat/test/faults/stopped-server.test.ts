/** Redis is stopped and goes on: agents that could not beat meanwhile have not died. */
import { expect } from "vitest";
import {
  faultTest,
  join,
  lossesIn,
  observations,
  pause,
  run,
  startServer,
  tally,
  ttlMs,
  until,
  watch,
} from "./fleet.ts";

for (const [stoppedMs, what] of [
  [2 * ttlMs, "twice the TTL"],
  // Shorter than operationTimeoutMs: calls are answered late, and nobody ever hears of an outage.
  [ttlMs + 300, "a little more than the TTL"],
] as const) {
  faultTest(
    `Redis stopped for ${what}: ten live agents are never lost; unknown at most, then alive`,
    async () => {
      const server = await startServer();
      const half = (n: number) => Array.from({ length: 5 }, (_, i) => `agent-${n}-${i}`);
      const agents = [0, 1].map((n) => run("agents.ts", server.url, { ids: half(n), ttlMs }));
      const monitor = run("monitor.ts", server.url, { ttlMs });
      await Promise.all(agents.map((process) => process.line("ready")));
      const { transport, coordinator } = await join(server.url);
      const here = watch(coordinator);
      const there = () => observations(monitor);
      const alive = (seen: typeof here) => seen.filter(({ to }) => to === "alive").length;
      await until("everybody is seen", () => alive(here) === 10 && alive(there()) === 10);
      server.pause();
      await pause(stoppedMs);
      // On a busy machine a process may notice it later than that.
      const isNoticed = () => [here, there()].every((seen) => tally(seen).unknown === 10);
      if (stoppedMs > 2500) await until("it is noticed", isNoticed);
      server.resume();
      const resumedAt = Date.now();
      const beats = async () => {
        const agents = await coordinator.getActiveAgents();
        return (
          agents.length === 10 &&
          agents.every(({ liveness, lastBeat }) => liveness === "alive" && lastBeat.getTime() > resumedAt)
        );
      };
      await until("everybody beats again", beats);
      // A false loss would be told by whoever looks next, or when the grace is over.
      await pause(2 * ttlMs);
      const losses = await lossesIn(transport);
      console.info(
        `stopped for ${stoppedMs} ms: told here ${JSON.stringify(tally(here))}, in another process ${JSON.stringify(tally(there()))}, agent_error ${losses.length}`,
      );
      for (const seen of [here, there()]) {
        expect(tally(seen).lost ?? 0).toBe(0);
        const last = new Map(seen.map(({ agentId, to }) => [agentId, to]));
        expect([...last.values()]).toEqual(Array(10).fill("alive"));
        if (stoppedMs > 2500) expect(tally(seen).unknown).toBe(10);
      }
      expect(losses).toEqual([]);
    },
  );
}
