import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { freePort } from "@attune-tools/redis-server";
import { describe, expect, it } from "vitest";
import { attuneOnPath } from "./attune-on-path.ts";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli, spawnCli } from "./run-cli.ts";

/** What is offered for the last word. */
async function offered(words: readonly string[], cwd: string): Promise<string[]> {
  const { code, stdout, stderr } = await runCli(["complete", "--", ...words], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

/** Asks until it comes: the store gets a moment only, and the machine may be busy. */
async function comesFor(words: readonly string[], cwd: string, values: readonly string[]): Promise<void> {
  await expect.poll(() => offered(words, cwd), { timeout: 20_000 }).toEqual(values);
}

describe("attune complete", () => {
  it("offers commands, options and choices from the tree", async () => {
    const cwd = await newFolder();
    expect(await offered(["ev"], cwd)).toEqual(["events"]);
    expect(await offered([""], cwd)).toEqual(
      expect.arrayContaining(["agents", "events", "doctor", "completion"]),
    );
    expect(await offered([""], cwd)).not.toContain("complete");
    expect(await offered(["telemetry", "dead-letters", "p"], cwd)).toEqual(["purge"]);
    expect(await offered(["--json", "--url", "events", "memory", "s"], cwd)).toEqual([
      "status",
      "start",
      "stop",
    ]);
    expect(await offered(["archive", "--un"], cwd)).toEqual(["--until-caught-up"]);
    expect(await offered(["archive", "query", "--un"], cwd)).toEqual(["--until"]);
    expect(await offered(["events", "--j"], cwd)).toEqual(["--json"]);
    expect(await offered(["feedback", "recommend", "--tier", ""], cwd)).toEqual([
      "cheap",
      "capable",
      "premium",
    ]);
    expect(await offered(["feedback", "recommend", "--tier=c"], cwd)).toEqual([
      "--tier=cheap",
      "--tier=capable",
    ]);
    expect(await offered(["completion", "z"], cwd)).toEqual(["zsh"]);
    expect(await offered(["events", "--count", ""], cwd)).toEqual([]);
    expect(await offered(["no", "such", "command", ""], cwd)).toEqual([]);
    expect(await offered([], cwd)).toContain("agents");
  });

  it("offers what is in the store", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    await using heartbeat = new HeartbeatCoordinator({ transport });
    await heartbeat.startHeartbeat("worker-1");
    await using feedback = new FeedbackLoop({ transport });
    await feedback.recordFeedback({
      workflowName: "review",
      stageName: "judge",
      tier: "cheap",
      qualityScore: 1,
    });
    const streamer = new EventStreamer({ transport });
    await streamer.publishEvent("build:done", 1);
    await using consumer = streamer.consumeGroup({ group: "deploy", eventTypes: ["build:done"] });
    await consumer[Symbol.asyncIterator]().next();
    await using gate = new ApprovalGate({ transport, agentId: "worker-1" });
    const asked = gate.requestApproval({ approvalType: "deploy", context: {}, requestId: "go-live" });
    await expect.poll(async () => (await gate.getPendingApprovals()).length, { timeout: 10_000 }).toBe(1);

    await comesFor(["agents", "--agent", ""], cwd, ["worker-1"]);
    await comesFor(["events", "--type", "bu"], cwd, ["build:done"]);
    await comesFor(["events", "--type=bu"], cwd, ["--type=build:done"]);
    await comesFor(["events", "trim", "b"], cwd, ["build:done"]);
    await comesFor(["approvals", "show", ""], cwd, ["go-live"]);
    await comesFor(["dead-letters", "list", ""], cwd, ["deploy"]);
    await comesFor(["feedback", "stats", ""], cwd, ["review"]);
    await comesFor(["feedback", "stats", "review", ""], cwd, ["judge"]);
    await comesFor(["--url", "sqlite:none.db", "events", "trim", ""], cwd, []);
    expect(existsSync(join(cwd, "none.db"))).toBe(false);
    await gate.cancelApproval("go-live");
    await asked;
  });

  it("says nothing, and soon, where the store does not answer", async () => {
    const cwd = await newFolder();
    for (const url of [`redis://127.0.0.1:${await freePort()}`, "memory:", "mysql://x", "sqlite:"]) {
      expect(await offered(["--url", url, "agents", "--agent", ""], cwd), url).toEqual([]);
    }
    await writeFile(join(cwd, "attune.config.json"), "{ damaged");
    expect(await offered(["agents", "--agent", ""], cwd)).toEqual([]);
    await writeFile(join(cwd, "notes.txt"), "no database\n".repeat(200));
    expect(await offered(["--url", "sqlite:notes.txt", "agents", "--agent", ""], cwd)).toEqual([]);
    const run = await spawnCli(
      ["complete", "--", "--url", "redis://192.0.2.1:6379", "agents", "--agent", ""],
      { cwd },
    );
    expect(run).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("leaves out what a shell would act on", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (const type of [
      hostile,
      "$(touch owned)",
      "`id`",
      "a b",
      "a;b",
      "-rf",
      "*",
      "$HOME",
      "größe",
      "ok",
    ]) {
      await streamer.publishEvent(type, 1);
    }
    await comesFor(["events", "trim", ""], cwd, ["größe", "ok"]);
    const { stdout } = await runCli(["complete", "--", hostile, hostile], { cwd });
    expect(stdout).not.toMatch(acting);
  });
});

describe("attune completion", () => {
  it("prints a script for each shell, and knows no other", async () => {
    const cwd = await newFolder();
    for (const shell of ["bash", "zsh", "fish"]) {
      const run = await runCli(["completion", shell], { cwd });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(run.stdout).toContain("complete -- ");
      expect(run.stdout).toContain("empathy");
    }
    expect((await runCli(["completion", "csh"], { cwd })).code).toBe(2);
    expect((await runCli(["completion"], { cwd })).code).toBe(2);
  });

  it("works in bash, over the breaks that it makes at : and =", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    await streamer.publishEvent("build:done", 1);
    await streamer.publishEvent("build:begun", 1);
    const { stdout: script } = await runCli(["completion", "bash"], { cwd });
    const env = await attuneOnPath(cwd);
    // The words as bash gives them for the line, and what it should offer for them.
    const cases: [line: string, words: string[], offered: string][] = [
      ["attune ev", ["attune", "ev"], "events"],
      ["attune events --type bu", ["attune", "events", "--type", "bu"], "build:begun build:done"],
      ["attune events trim build:d", ["attune", "events", "trim", "build", ":", "d"], "done"],
      ["attune events trim build:", ["attune", "events", "trim", "build", ":"], "begun done"],
      ["attune events --type=build:b", ["attune", "events", "--type", "=", "build", ":", "b"], "begun"],
      [
        "attune feedback recommend w s --tier=ca",
        ["attune", "feedback", "recommend", "w", "s", "--tier", "=", "ca"],
        "capable",
      ],
      ["attune feedback recommend w:a ", ["attune", "feedback", "recommend", "w", ":", "a", ""], ""],
      ["attune completion ", ["attune", "completion", ""], "bash zsh fish"],
    ];
    const drive = `
      ask() {
        COMP_LINE=$1; COMP_POINT=\${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _attune_completion; echo "\${COMPREPLY[*]}"
      }
      complete -p attune empathy >/dev/null || exit 1
      ${cases.map(([line, given]) => `ask ${[line, ...given].map((word) => `'${word}'`).join(" ")}`).join("\n")}`;
    const run = () => {
      const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", `${script}\n${drive}`], {
        cwd,
        env,
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      return stdout.trimEnd().split("\n");
    };
    // What comes from the store gets a moment only.
    await expect.poll(run, { timeout: 25_000 }).toEqual(cases.map(([, , values]) => values));
  });
});
