import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { describe, expect, it, onTestFinished } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

async function fleet(cwd: string) {
  const transport = await embeddedStore(cwd);
  return async (agentId: string, options: { ttlMs?: number } = {}) => {
    const agent = new HeartbeatCoordinator({
      transport,
      ...options,
      intervalMs: options.ttlMs ? options.ttlMs / 3 : 1000,
    });
    onTestFinished(() => agent.close());
    await agent.startHeartbeat(agentId, { metadata: { model: "small" }, displayName: `The ${agentId}` });
    return agent;
  };
}

describe("attune agents", () => {
  it("lists those that live as a table, or as JSON", async () => {
    const cwd = await newFolder();
    const start = await fleet(cwd);
    const reviewer = await start("reviewer");
    await reviewer.beat({ progress: 0.5, currentTask: "reading" });
    await (await start("builder")).stopHeartbeat("failed");
    const { code, stdout } = await runCli(["agents"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^AGENT +LIVENESS +STATUS +PROGRESS +BEAT +TASK\nreviewer +alive +running +█████░░░░░ +50 % +0 s +reading \(The reviewer\)\n$/,
    );
    const json = await runCli(["telemetry", "agents", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        agent_id: "reviewer",
        liveness: "alive",
        status: "running",
        progress: 0.5,
        metadata: { model: "small" },
      },
    ]);
    const all = JSON.parse((await runCli(["agents", "--all", "--json"], { cwd })).stdout) as {
      agent_id: string;
    }[];
    expect(all.map(({ agent_id }) => agent_id)).toEqual(["reviewer", "builder"]);
  });

  it("--agent tells all of one, and ends with 4 where there is none", async () => {
    const cwd = await newFolder();
    await (await fleet(cwd))("reviewer");
    const { code, stdout } = await runCli(["agents", "--agent", "reviewer"], { cwd });
    expect(code).toBe(0);
    for (const part of ["agent", "The reviewer", "alive", "initializing", "incarnation", "model", "small"]) {
      expect(stdout).toContain(part);
    }
    const nobody = await runCli(["agents", "--agent", "nobody"], { cwd });
    expect(nobody).toMatchObject({ code: 4, stdout: "" });
    expect(nobody.stderr).toContain('There is no agent "nobody"');
  });

  it("--lost and --stale find those that went without a word", async () => {
    const cwd = await newFolder();
    const start = await fleet(cwd);
    await start("living");
    await (await start("gone", { ttlMs: 300 })).close();
    const lost = async () =>
      JSON.parse((await runCli(["agents", "--lost", "--json"], { cwd })).stdout) as {
        agent_id: string;
        liveness: string;
      }[];
    let found = await lost();
    while (found.length === 0) found = await lost();
    expect(found).toMatchObject([{ agent_id: "gone", liveness: "lost" }]);
    const stale = await runCli(["agents", "--stale", "0.3", "--json"], { cwd });
    expect(stale.stdout).toContain('"gone"');
    expect((await runCli(["agents", "--stale", "--json"], { cwd })).stdout).toBe("[]\n");
  });

  it("--watch in a pipe tells losses, and publishes none: who looks does not write", async () => {
    const cwd = await newFolder();
    const start = await fleet(cwd);
    // A store in which nobody beats counts as one that was away.
    await start("living");
    const { child, lines, exit } = startCli(["agents", "--watch", "--json"], cwd);
    // By the second loss the first would have been published.
    for (const agentId of ["first", "second"]) {
      await (await start(agentId, { ttlMs: 300 })).close();
      for (;;) {
        const { agent, to } = JSON.parse((await lines.next()).value!) as {
          agent: { agent_id: string };
          to: string;
        };
        if (agent.agent_id === agentId && to === "lost") break;
      }
    }
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    expect(await streamer.listEventTypes()).toEqual([]);
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
  });

  it("nothing that an agent says acts on the terminal", async () => {
    const cwd = await newFolder();
    const agent = new HeartbeatCoordinator({ transport: await embeddedStore(cwd) });
    onTestFinished(() => agent.close());
    await agent.startHeartbeat(`a${hostile}`, { displayName: hostile, metadata: { [hostile]: hostile } });
    await agent.beat({ currentTask: hostile });
    for (const args of [["agents"], ["agents", "--json"], ["agents", "--agent", `a${hostile}`]]) {
      const { code, stdout, stderr } = await runCli(args, { cwd });
      expect(code).toBe(0);
      expect(stdout + stderr).not.toMatch(acting);
    }
  });
});
