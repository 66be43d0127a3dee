/** Workflows in several processes: aborted all at once, and ending by themselves. */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { expect, it, onTestFinished } from "vitest";

const scripts = fileURLToPath(new URL("scripts/", import.meta.url));
const execArgv = ["--conditions=@attune/source"];

async function fileUrl(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "attune-workflow-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, "attune.db")}`;
}

it("one broadcast ends all runs in all processes: each once, each cancelled, each with the progress it had", async () => {
  const url = await fileUrl();
  const processes = 2;
  const each = 10;
  const children = Array.from({ length: processes }, (_, number) => {
    const child = fork(join(scripts, "workers.ts"), [String(each), `p${number}`], {
      execArgv,
      env: { ...process.env, ATTUNE_URL: url },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  });
  await Promise.all(children.map((child) => once(child, "message")));
  const transport = await openTransport(url);
  onTestFinished(() => transport.close());
  const ended = Promise.all(children.map((child) => once(child, "message")));
  const exited = Promise.all(children.map((child) => once(child, "exit")));
  const boss = new CoordinationSignals({ transport, agentId: "boss" });
  await boss.broadcast({ signalType: "abort", payload: { reason: "that is enough" } });
  const ends = (await ended).flatMap(([message]) => (message as { ended: [string, string][] }).ended);
  expect(ends).toHaveLength(processes * each);
  expect(new Set(ends.map((end) => end.join(" ")))).toEqual(new Set(["cancelled ATTUNE_WORKFLOW_CANCELLED"]));
  expect((await exited).map(([code]) => code)).toEqual([0, 0]);
  const monitor = new HeartbeatCoordinator({ transport });
  const agents = await Promise.all(
    Array.from({ length: processes * each }, (_, n) =>
      monitor.getAgentStatus(`p${n % processes}-${Math.floor(n / processes)}`),
    ),
  );
  expect(agents.map((agent) => agent?.status)).toEqual(agents.map(() => "cancelled"));
  for (const agent of agents) expect(agent?.progress).toBeGreaterThanOrEqual(0.5);
  expect(await monitor.getActiveAgents()).toEqual([]);
  expect(await new EventStreamer({ transport }).getRecentEvents("agent_error")).toEqual([]);
});

it("a process that only runs a workflow ends by itself, and everything of the run is in the store", async () => {
  const url = await fileUrl();
  const env = { ...process.env, ATTUNE_URL: url };
  const { stdout } = await promisify(execFile)(process.execPath, [...execArgv, join(scripts, "one-run.ts")], {
    env,
  });
  expect(JSON.parse(stdout)).toMatchObject({ status: "completed" });
  const transport = await openTransport(url);
  onTestFinished(() => transport.close());
  expect(await new HeartbeatCoordinator({ transport }).getAgentStatus("alone")).toMatchObject({
    status: "completed",
    liveness: "finished",
  });
  const streamer = new EventStreamer({ transport });
  const statuses = async (type: string) =>
    (await streamer.getRecentEvents(type)).map(({ data }) => (data as { status: string }).status);
  expect((await statuses("agent_heartbeat"))[0]).toBe("completed");
  expect(await statuses("workflow_progress")).toEqual([
    "completed",
    "completed",
    "running",
    "completed",
    "running",
  ]);
});
