/** The same id is started anew while the old process still beats. */
import { expect } from "vitest";
import { faultTest, join, pause, run, startServer, ttlMs, until } from "./fleet.ts";

for (const beatFrom of ["main", "worker"] as const) {
  faultTest(
    `a restarted agent is unaffected by its old process, which learns that it was fenced (${beatFrom})`,
    async () => {
      const server = await startServer();
      const { coordinator } = await join(server.url);
      const old = run("agents.ts", server.url, { ids: ["a"], ttlMs, beatFrom });
      await old.line("ready");
      const before = (await coordinator.getAgentStatus("a"))!;
      const fresh = run("agents.ts", server.url, { ids: ["a"], ttlMs, beatFrom });
      await fresh.line("ready");
      // Its own next beat tells it, without anybody's doing.
      await old.line("fenced a");
      old.send("beat");
      expect(await old.line("told")).toBe("told fenced");
      old.send("stop failed");
      expect(await old.line("stopped")).toBe("stopped fenced");
      await pause(ttlMs);
      const after = (await coordinator.getAgentStatus("a"))!;
      expect(after).toMatchObject({
        status: "running",
        progress: 0.4,
        currentTask: `half way, ${fresh.child.pid}`,
        liveness: "alive",
      });
      expect(after.incarnation!).toBeGreaterThan(before.incarnation!);
      fresh.send("beat");
      expect(await fresh.line("told")).toBe("told recorded");
      await until(
        "the new one's beat is read",
        async () => (await coordinator.getAgentStatus("a"))!.progress === 0.9,
      );
      fresh.send("stop completed");
      expect(await fresh.line("stopped")).toBe("stopped recorded");
      expect(await coordinator.getAgentStatus("a")).toMatchObject({
        status: "completed",
        liveness: "finished",
      });
      expect(fresh.lines.filter((line) => line.startsWith("fenced"))).toEqual([]);
    },
  );
}

faultTest("an old process that was suspended cannot overwrite the new one when it goes on", async () => {
  const server = await startServer();
  const { coordinator } = await join(server.url);
  const old = run("agents.ts", server.url, { ids: ["a"], ttlMs });
  await old.line("ready");
  old.child.kill("SIGSTOP");
  await until("it is lost", async () => (await coordinator.isAgentAlive("a")) === false);
  const fresh = run("agents.ts", server.url, { ids: ["a"], ttlMs });
  await fresh.line("ready");
  old.child.kill("SIGCONT");
  await old.line("fenced a");
  expect(await coordinator.getAgentStatus("a")).toMatchObject({
    currentTask: `half way, ${fresh.child.pid}`,
    liveness: "alive",
  });
});
