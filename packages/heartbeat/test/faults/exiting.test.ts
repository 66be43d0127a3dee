/** Processes that end: a heartbeat keeps none alive, and what was said last is stored. */
import { agentHeartbeat } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { expect } from "vitest";
import { faultTest, join, run, startServer, until } from "./fleet.ts";

for (const beatFrom of ["main", "worker"] as const) {
  faultTest(
    `a process exits by itself in spite of its heartbeat, and its agent is lost (${beatFrom})`,
    async () => {
      const server = await startServer();
      const { coordinator } = await join(server.url);
      const program = run(`exits-by-itself-${beatFrom}.ts`, server.url);
      expect(await program.exited).toBe(0);
      expect(program.lines).toEqual(["recorded", "recorded", "done"]);
      await until("it is lost", async () => (await coordinator.isAgentAlive("exits-by-itself")) === false);
      expect(await coordinator.getAgentStatus("exits-by-itself")).toMatchObject({
        status: "running",
        progress: 0.4,
        liveness: "lost",
      });
    },
  );

  faultTest(
    `a process that stops its agent and closes nothing exits, and everything is stored (${beatFrom})`,
    async () => {
      const server = await startServer();
      const { coordinator, transport } = await join(server.url);
      const program = run(`exits-after-stop-${beatFrom}.ts`, server.url);
      expect(await program.exited).toBe(0);
      expect(program.lines).toEqual(["recorded", "recorded", "done"]);
      expect(await coordinator.getAgentStatus("exits-after-stop")).toMatchObject({
        status: "failed",
        liveness: "finished",
      });
      const events = await new EventStreamer({ transport }).getRecentEvents(agentHeartbeat);
      expect(events.map(({ data }) => (data as { status: string }).status)).toEqual(["failed", "starting"]);
    },
  );
}
