/** The main thread is busy for twice the TTL. */
import { expect } from "vitest";
import { faultTest, join, lossesIn, run, startServer, tally, ttlMs, until, watch } from "./fleet.ts";

faultTest(
  "with worker beats an agent whose main thread is blocked stays alive, and shows that it is blocked",
  async () => {
    const server = await startServer();
    const { transport, coordinator } = await join(server.url);
    const agent = run("agents.ts", server.url, { ids: ["a"], ttlMs, beatFrom: "worker" });
    await agent.line("ready");
    const seen = watch(coordinator);
    agent.send(`block ${2 * ttlMs}`);
    await agent.line("blocking");
    const shown: number[] = [];
    await until("it turns again", async () => {
      const status = (await coordinator.getAgentStatus("a"))!;
      if (status.blockedForMs! > 0) shown.push(status.blockedForMs!);
      return agent.lines.includes("unblocked");
    });
    await until(
      "it is no longer shown as blocked",
      async () => (await coordinator.getAgentStatus("a"))!.blockedForMs === 0,
    );
    agent.send("beat");
    expect(await agent.line("told")).toBe("told recorded");
    console.info(
      `blocked with worker beats: told ${JSON.stringify(tally(seen))}, shown as blocked for up to ${Math.max(...shown)} ms, agent_error ${(await lossesIn(transport)).length}`,
    );
    expect(shown.length).toBeGreaterThan(0);
    expect(Math.max(...shown)).toBeGreaterThan(1000);
    expect(Math.max(...shown)).toBeLessThan(2 * ttlMs + 4000);
    expect(tally(seen)).toEqual({ alive: 1 });
    expect(await lossesIn(transport)).toEqual([]);
  },
);

faultTest("without, it is reported as what it is, lost, and comes back", async () => {
  const server = await startServer();
  const { transport, coordinator } = await join(server.url);
  const agent = run("agents.ts", server.url, { ids: ["a"], ttlMs });
  await agent.line("ready");
  const seen = watch(coordinator);
  await until("it is alive", () => tally(seen).alive === 1);
  agent.send(`block ${2 * ttlMs + 1500}`);
  await until("it is lost", () => tally(seen).lost === 1);
  await until("it is back", () => seen.at(-1)!.to === "alive");
  console.info(
    `blocked without: told ${JSON.stringify(tally(seen))}, agent_error ${(await lossesIn(transport)).length}`,
  );
  expect(seen.map(({ to }) => to).filter((to) => to !== "stale")).toEqual(["alive", "lost", "alive"]);
  expect(await lossesIn(transport)).toHaveLength(1);
});
