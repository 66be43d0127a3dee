import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { saneModes, skipWithoutTerminal, startTerminal } from "../src/index.ts";
import { isRunning, type KnownProcess, processesOn } from "../src/processes-on.ts";

const program = fileURLToPath(new URL("scripts/keys-and-sizes.mjs", import.meta.url));
const command = [process.execPath, program];
/** Those that nobody has asked for their end yet are ended too. */
const known = (pids: number[]) => pids.map((pid) => processesOn(pid).find((each) => each.pid === pid)!);
const ended = async (processes: KnownProcess[]) => {
  while (processes.some(isRunning)) await sleep(5);
};

beforeEach(skipWithoutTerminal);

describe("a terminal", () => {
  it("shows what is typed, and what the program answers", async () => {
    await using terminal = await startTerminal({ command: ["cat"], columns: 30, rows: 5 });
    await terminal.type("Grüße, 世界; C-c isn't \\;");
    await terminal.press("Enter");
    const screen = await terminal.until((lines) => lines[1] !== "", "the answer of cat");
    expect(screen).toEqual(["Grüße, 世界; C-c isn't \\;", "Grüße, 世界; C-c isn't \\;", "", "", ""]);
    await terminal.press(";", "C-d", "C-d");
    expect(await terminal.exitCode()).toBe(0);
    expect(await terminal.modes()).toEqual(saneModes);
  });

  it("gives keys and sizes to a full-screen program, and tells how it has left", async () => {
    await using terminal = await startTerminal({ command });
    await terminal.until(([line]) => line === "80x24", "the first size");
    expect((await terminal.screen({ escapes: true }))[0]).toContain("\u001b[32m80x24");
    await terminal.press("Up");
    await terminal.until(([line]) => line === String.raw`key "\u001b[A"`, "the key");
    await terminal.press("C-c");
    await terminal.until(([line]) => line === String.raw`key "\u0003"`, "the other key");
    await terminal.resize(120, 40);
    await terminal.until(([line, ...others]) => line === "120x40" && others.length === 39, "the size");
    await terminal.press("q");
    expect(await terminal.exitCode()).toBe(3);
    expect(await terminal.modes()).toEqual(saneModes);
    expect((await terminal.screen())[0]).toBe("gone");
    const output = await terminal.output();
    expect(output.split("\u001b[2J")).toHaveLength(5);
    expect(output.startsWith("\u001b[?1049h")).toBe(true);
    expect(output.endsWith("gone\r\n")).toBe(true);
  });

  it("tells what a program has left behind that was killed", async () => {
    await using terminal = await startTerminal({ command });
    await terminal.until(([line]) => line === "80x24", "the first size");
    await terminal.press("x");
    expect(await terminal.modes()).toEqual({
      ...saneModes,
      alternateScreen: true,
      cursorShown: false,
      echo: false,
      lines: false,
      signals: false,
      leftOn: [2004],
      lineBreaks: expect.any(Boolean),
    });
    expect(await terminal.exitCode()).toBe(137);
  });

  it("ends a program at Ctrl-C, as a shell counts it", async () => {
    await using terminal = await startTerminal({ command: ["sh", "-c", "echo ready; exec sleep 600"] });
    await terminal.until(([line]) => line === "ready", "the program");
    await terminal.press("C-c");
    expect(await terminal.exitCode()).toBe(130);
  });

  it("keeps all that was written, up to the last byte", async () => {
    const script = 'process.stdout.write("0123456789".repeat(100_000) + "\\nlast")';
    await using terminal = await startTerminal({ command: [process.execPath, "-e", script] });
    expect(await terminal.exitCode()).toBe(0);
    expect(await terminal.output()).toHaveLength(1_000_000 + "\r\nlast".length);
    expect((await terminal.screen()).at(-1)).toBe("last");
  });

  it("has its own environment and folder, nothing of the test's", async () => {
    process.env.ATTUNE_SECRET = "secret";
    const env = { GREETING: "it's $HOME" };
    await using terminal = await startTerminal({ command: ["sh", "-c", "pwd; env"], env, cwd: "/" });
    await terminal.exitCode();
    delete process.env.ATTUNE_SECRET;
    const lines = (await terminal.output()).split("\r\n");
    expect(lines[0]).toBe("/");
    const names = lines.slice(1, -1).map((line) => line.split("=")[0]!);
    const usual = ["PATH", "HOME", "TMPDIR", "TERM", "LANG", "GREETING", "PWD", "OLDPWD", "SHLVL", "_"];
    expect(usual).toEqual(expect.arrayContaining(names));
    expect(lines).toContain("GREETING=it's $HOME");
  });

  it("fails with the screen in its message", async () => {
    await using terminal = await startTerminal({ command: ["sh", "-c", "echo hello; exec cat"] });
    await terminal.until(([line]) => line === "hello", "the program");
    const brief = { timeoutMs: 1 };
    await expect(terminal.until(() => false, "a miracle", brief)).rejects.toThrow(
      /for a miracle.*\n\| hello/,
    );
    await expect(terminal.exitCode(brief)).rejects.toThrow(/to end.*\n\| hello/);
    await expect(terminal.press("Entr")).rejects.toThrow('no key "Entr"');
  });
});

describe.skipIf(process.platform !== "linux")("the end of a terminal", () => {
  it("ends all that was started in it, whatever it ignores", async () => {
    const script = "trap '' HUP TERM INT; setsid sleep 600 & echo $! $$; while :; do sleep 600; done";
    const terminal = await startTerminal({ command: ["sh", "-c", script] });
    const screen = await terminal.until(([line]) => /^\d+ \d+$/.test(line!), "the pids");
    const pids = [terminal.pid, ...screen[0]!.split(" ").map(Number)];
    const processes = known(pids);
    expect(processes.every(isRunning)).toBe(true);
    await terminal[Symbol.asyncDispose]();
    expect(processes.some(isRunning)).toBe(false);
    await terminal[Symbol.asyncDispose]();
  });

  it("comes when the process that started it is killed", async () => {
    const script = fileURLToPath(new URL("scripts/starts-and-waits.ts", import.meta.url));
    const starter = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(createInterface(starter.stdout), "line");
    const { pids } = JSON.parse(String(line)) as { pids: number[] };
    const processes = known(pids);
    expect(processes.every(isRunning)).toBe(true);
    starter.kill("SIGKILL");
    await ended(processes);
  });
});
