import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { saneModes, skipWithoutTerminal } from "@attune-tools/pseudo-terminal";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { acting, actingAmongDrawing, hostile } from "../hostile-text.ts";
import { embeddedStore, newFolder } from "../in-folder.ts";
import { cleanEnv, execArgs } from "../run-cli.ts";
import { clearScreen, startAttune } from "./start-attune.ts";

async function started(transport: Transport, agentId: string) {
  const agent = new HeartbeatCoordinator({ transport, intervalMs: 1000 });
  onTestFinished(() => agent.close());
  await agent.startHeartbeat(agentId);
  return agent;
}

/** The command with its output in a pipe: line by line. */
function piped(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [...execArgs, ...args], {
    cwd,
    env: cleanEnv({}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, "exit") as Promise<[number | null]>;
  return {
    child,
    stderr: () => stderr,
    exitCode: async () => (await exited)[0],
    line: async () => String((await lines.next()).value),
  };
}

describe("attune agents --watch at a terminal", () => {
  beforeEach(skipWithoutTerminal);

  it("keeps a table up to date, and leaves the last one below the prompt", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const builder = await started(transport, "builder");
    const { terminal } = await startAttune(["agents", "--watch"], { cwd, columns: 100 });
    const first = await terminal.until(
      (screen) => screen.some((line) => /^builder +alive/.test(line)),
      "the agent",
    );
    expect(first[0]).toMatch(/^AGENT +LIVENESS/);
    await builder.beat({ progress: 0.5, currentTask: "half" });
    await started(transport, "tester");
    await terminal.until((screen) => /^tester +alive/m.test(screen.join("\n")), "another agent");
    const half = await terminal.until(
      (screen) => /^builder .* 50 % .*half$/m.test(screen.join("\n")),
      "progress",
    );
    expect(half.filter((line) => line.startsWith("AGENT"))).toHaveLength(1);
    await builder.stopHeartbeat("failed");
    await terminal.until((screen) => /^builder +finished +failed/m.test(screen.join("\n")), "its end");
    expect((await terminal.output()).match(clearScreen)).toBeNull();
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(130);
    expect(await terminal.modes()).toEqual(saneModes);
    const last = (await terminal.screen()).filter((line) => line !== "");
    expect(last[0]).toMatch(/^Store: /);
    expect(last.slice(1).map((line) => line.split(" ")[0])).toEqual(["AGENT", "tester", "builder"]);
  });

  it("says how many more there are than the terminal has rows", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    for (let index = 0; index < 30; index++) await started(transport, `builder-${index}`);
    const { terminal } = await startAttune(["agents", "--watch"], { cwd, rows: 12 });
    const full = await terminal.until(
      (screen) => screen.join("\n").includes("and 20 more"),
      "the first ones",
    );
    expect(full.filter((line) => line.startsWith("builder-"))).toHaveLength(10);
    await terminal.resize(60, 40);
    await terminal.until(
      (screen) => screen.filter((line) => line.startsWith("builder-")).length === 30,
      "all",
    );
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(0);
    expect(await terminal.modes()).toEqual(saneModes);
  });
});

describe("attune agents --watch elsewhere", () => {
  it("prints a line for each agent, and for each change of its liveness", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const builder = await started(transport, "builder");
    const { child, line, exitCode, stderr } = piped(["agents", "--watch"], cwd);
    expect(await line()).toMatch(
      /^[\d-]{10} [\d:.]{12} {11}-> alive {5}builder {2}starting {2}0 % {2}initializing$/,
    );
    await builder.stopHeartbeat();
    expect(await line()).toMatch(/alive {4}-> finished {2}builder {2}completed {2}100 %/);
    child.kill("SIGINT");
    expect(await exitCode()).toBe(130);
    expect(stderr()).not.toMatch(/ {2}at |Error/);
  });

  it("with --json prints an object for each, and with --agent only of that one", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await started(transport, "builder");
    const { child, line } = piped(["agents", "--watch", "--json", "--agent", "tester"], cwd);
    const tester = await started(transport, "tester");
    expect(JSON.parse(await line())).toMatchObject({
      from: null,
      to: "alive",
      agent: { agent_id: "tester" },
    });
    await tester.stopHeartbeat("failed");
    expect(JSON.parse(await line())).toMatchObject({
      time: expect.stringMatching(/Z$/),
      from: "alive",
      to: "finished",
      agent: { agent_id: "tester", status: "failed" },
    });
    child.kill("SIGTERM");
  });

  it("ends quietly when its reader has gone", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await started(transport, "builder");
    const { child, line, exitCode, stderr } = piped(["agents", "--watch"], cwd);
    await line();
    child.stdout.destroy();
    await started(transport, "tester");
    expect(await exitCode()).toBe(0);
    expect(stderr()).not.toMatch(/EPIPE|Error/);
  });

  it("nothing that an agent says acts on the terminal", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const agent = await started(transport, `a${hostile}`);
    await agent.beat({ currentTask: hostile, metadata: { [hostile]: hostile } });
    for (const args of [
      ["agents", "--watch"],
      ["agents", "--watch", "--json"],
    ]) {
      const { child, line } = piped(args, cwd);
      expect(await line()).not.toMatch(acting);
      child.kill("SIGTERM");
    }
    const { terminal } = await startAttune(["agents", "--watch"], { cwd });
    await terminal.until((screen) => screen.some((row) => /^a.*alive/.test(row)), "the agent");
    await terminal.press("q");
    await terminal.exitCode();
    expect(await terminal.output()).not.toMatch(actingAmongDrawing);
  });
});
