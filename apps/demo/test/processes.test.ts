/** What becomes of the processes of a demonstration, however it ends. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { settlesWithin } from "../src/settles-within.ts";
import { makeLargeTree } from "./make-tree.ts";
import { emptyFolder, isAlive, mainFile, partPids, type RunningDemo, startDemo } from "./run-demo.ts";

/** Each with what it prints in the middle of its work, and in how many processes its parts are by then. */
const inTheMiddle = [
  ["audit", "→ all: start", 2],
  ["heartbeat-streaming", "  running ", 3],
] as const;

async function startInTheMiddle(name: string, text: string, detached = false): Promise<RunningDemo> {
  const args = name === "audit" ? [name, "--path", await makeLargeTree()] : [name];
  const demo = startDemo(args, { detached });
  await demo.printed(text);
  return demo;
}

describe("the processes of", { timeout: 90_000 }, () => {
  it.each(inTheMiddle)("%s end with it when it is interrupted", async (name, text, count) => {
    const demo = await startInTheMiddle(name, text);
    demo.interrupt();
    await demo.exited;
    expect(partPids(demo.output()).filter(isAlive)).toEqual([]);
    const { exitCode, stdout, stderr } = await demo.result;
    expect(partPids(stdout).length).toBeGreaterThanOrEqual(count);
    expect(stdout).not.toContain("WRONG");
    expect(stderr).toBe("");
    expect(exitCode).toBe(130);
  });

  it("an audit end in order when a terminal interrupts all of them", async () => {
    const demo = await startInTheMiddle("audit", "→ all: start", true);
    process.kill(-demo.pid, "SIGINT");
    await demo.exited;
    expect(partPids(demo.output()).filter(isAlive)).toEqual([]);
    const { exitCode, stdout, stderr } = await demo.result;
    expect(stdout).toMatch(/the last ones: (\d \w+, )*\d cancelled/);
    // The auditor itself at least: its agents may have been done before the interrupt was heard.
    expect(stdout).toMatch(/the auditor heard of \d/);
    expect(stdout).toContain("Every event that was published has arrived.");
    expect(stderr).toBe("");
    expect(exitCode).toBe(130);
  });

  // By themselves the checkpoint's would wait for most of their 20 seconds.
  it.each([
    ["audit", "→ all: start", 2],
    ["checkpoint", "two signals are still pending", 2],
  ])("%s end when it is killed", async (name, text, count) => {
    const demo = await startInTheMiddle(name, text);
    expect(partPids(demo.output()).length).toBeGreaterThanOrEqual(count);
    demo.kill();
    expect(await settlesWithin(demo.result, 10_000)).toBe(true);
  });

  it("a demonstration end, also one that hangs, when it is interrupted again", async () => {
    const demo = await startInTheMiddle("checkpoint", "hasher-3 starts");
    process.kill(partPids(demo.output())[0]!, "SIGSTOP");
    // Two that come at once count as one.
    const again = setInterval(() => demo.interrupt(), 50);
    await demo.exited;
    clearInterval(again);
    const { exitCode } = await demo.result;
    expect(exitCode).toBe(130);
  });

  it("a demonstration end without an error when its reader has seen enough", async () => {
    const command = [process.execPath, "--conditions=@attune/source", mainFile, "checkpoint"];
    const script = `${command.map((word) => `'${word}'`).join(" ")} | head -n 1; echo "exit code \${PIPESTATUS[0]}"`;
    const env = { ...process.env, ATTUNE_URL: "" };
    const options = { cwd: emptyFolder(), env, timeout: 60_000 };
    // Ends when nobody holds stderr any more.
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script], options);
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^Store: .*\nexit code 0\n$/), ""]);
  });
});

describe("a process that is killed", { timeout: 90_000 }, () => {
  it("fails its demonstration, which says so and leaves no other behind", async () => {
    const demo = startDemo(["checkpoint"]);
    await demo.printed("the barrier is not complete");
    const [first] = partPids(demo.output());
    process.kill(first!, "SIGKILL");
    await demo.exited;
    const { exitCode, stdout, stderr } = await demo.result;
    expect(stderr).toBe(`The checkpoint agent, process ${first}, ended in the middle (SIGKILL).\n`);
    expect(partPids(stdout).filter(isAlive)).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it("costs the audit its agents, and the verdict says so", async () => {
    const demo = await startInTheMiddle("audit", "→ all: start");
    await demo.printed("duplicate-finder[");
    const pid = Number(/duplicate-finder\[(\d+)\]/.exec(demo.output())![1]);
    process.kill(pid, "SIGKILL");
    const { exitCode, stdout } = await demo.result;
    // The licence checker may have failed before.
    expect(stdout).toMatch(/the auditor heard of 5 done, [34] unheard/);
    expect(stdout).toMatch(
      /NOT HEARD by the auditor, how they ended: import-mapper, function-measurer, duplicate-finder(, license-checker)?\.\n/,
    );
    expect(stdout).toContain(`The audit crew, process ${pid}, ended in the middle (SIGKILL).\n`);
    expect(stdout).toMatch(
      /\nNo report: rejected by reviewer: .*duplicate-finder has not reported \(unheard\)/,
    );
    expect(exitCode).toBe(1);
  });
});
