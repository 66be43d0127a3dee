import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { cellWidth } from "@attune-tools/terminal-text";
import { describe, expect, it } from "vitest";
import { atTerminal } from "./at-terminal.ts";
import { newFolder } from "./in-folder.ts";
import { cleanEnv, execArgs, runCli, spawnCli } from "./run-cli.ts";

describe("wrong usage", () => {
  it("names the nearest command, and the right form", async () => {
    const cwd = await newFolder();
    const unknown = await runCli(["agnets"], { cwd });
    expect(unknown).toMatchObject({ code: 2, stdout: "" });
    expect(unknown.stderr).toContain("Did you mean agents?");
    const below = await runCli(["events", "pubish", "x"], { cwd });
    expect(below).toMatchObject({ code: 2, stdout: "" });
    expect(below.stderr).toContain("Did you mean publish?");
    const option = await runCli(["events", "--tpye", "x"], { cwd });
    expect(option.stderr).toContain("Did you mean --type?");
    expect(option.stderr).toContain("Usage: attune events [options]");
    const missing = await runCli(["events", "publish"], { cwd });
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.stderr).toContain("Usage: attune events publish [options] <type> [data]");
  });

  it("refuses values that mean nothing before anything is sent", async () => {
    const cwd = await newFolder();
    for (const [args, said] of [
      [["events", "--count", "many"], "--count is a whole number from 1"],
      [["events", "--since", "yesterdayish"], "--since is how long ago"],
      [["events", "--grep", "("], "--grep is a regular expression"],
      [["events", "--timeout", "3"], "--timeout goes with --follow"],
      [["events", "publish", "build", "{n: 1}"], "is JSON"],
      [["events", "publish", "", "1"], "ATTUNE_EVENT_TYPE_INVALID"],
      [["agents", "--lost", "--all"], "exclude each other"],
      [["agents", "--url", "mysql://x"], "ATTUNE_URL_INVALID"],
      [["agents", "--url", "memory:"], "seen by its own process only"],
    ] as const) {
      const run = await runCli(args, { cwd });
      expect(run).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toContain(said);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }
  });

  it("a stack trace comes with --debug only; with --json an error is JSON", async () => {
    const cwd = await newFolder();
    const debug = await runCli(["events", "--count", "many", "--debug"], { cwd });
    expect(debug.stderr).toMatch(/\n\s+at /);
    const json = await runCli(["agents", "--url", "mysql://x", "--json"], { cwd });
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: "ATTUNE_URL_INVALID" } });
    const unknown = await runCli(["agnets", "--json"], { cwd });
    expect(JSON.parse(unknown.stderr)).toMatchObject({
      error: { code: null, message: "unknown command 'agnets' (Did you mean agents?)" },
    });
    expect(JSON.parse((await runCli(["memory", "--json"], { cwd })).stderr)).toMatchObject({
      error: { message: "A command is missing." },
    });
  });
});

describe("a reader that has gone", () => {
  it.each([
    ["--help | head -1", 0],
    ["--version | true", 0],
    ["events --help | head -1", 0],
    ["agnets 2>&1 | true", 2],
  ] as const)("%s ends quietly", async (rest, code) => {
    const cwd = await newFolder();
    const [args, pipe] = rest.split(/ (?=2?>?&?1? ?\|)/) as [string, string];
    const command = [process.execPath, ...execArgs].map((word) => `'${word}'`).join(" ");
    const script = `{ ${command} ${args} ${pipe.includes("2>&1") ? "2>&1" : ""}; echo $? >code; } ${pipe.replace("2>&1 ", "")}`;
    const { stderr } = await promisify(execFile)("/bin/sh", ["-c", script], { cwd, env: cleanEnv({}) });
    expect(stderr).toBe("");
    expect(await readFile(join(cwd, "code"), "utf8")).toBe(`${code}\n`);
  });
});

describe("which store", () => {
  it("--url, else ATTUNE_URL, else the nearest attune.config, else the embedded file", async () => {
    const cwd = await newFolder();
    const below = join(cwd, "src/deep");
    await mkdir(below, { recursive: true });
    for (const name of ["flag", "env", "config"]) {
      await using transport = await openTransport(`sqlite:${join(cwd, `${name}.db`)}`);
      await new EventStreamer({ transport }).publishEvent(name, null);
    }
    await writeFile(join(cwd, "attune.config.json"), '{ "url": "sqlite:config.db" }');
    const seen = async (args: readonly string[], env = {}) => {
      const { stdout, stderr } = await runCli(["events", "--stream-info", ...args], { cwd: below, env });
      return [stdout.split("\n")[1]?.split(" ")[0], /\((.*)\)/.exec(stderr)?.[1]];
    };
    const url = (name: string) => `sqlite:${join(cwd, `${name}.db`)}`;
    expect(await seen(["--url", url("flag")], { ATTUNE_URL: url("env") })).toEqual(["flag", "--url"]);
    expect(await seen([], { ATTUNE_URL: url("env") })).toEqual(["env", "ATTUNE_URL"]);
    expect(await seen([])).toEqual(["config", "attune.config.json"]);
    await writeFile(
      join(cwd, "src/attune.config.ts"),
      'export default { url: "sqlite:../flag.db" as string };',
    );
    expect(await seen([])).toEqual(["flag", "attune.config.ts"]);
  });

  it("a prefix of the configuration counts whoever names the store, --prefix goes before it, and it is shown", async () => {
    const cwd = await newFolder();
    const url = `sqlite:${join(cwd, "fleet.db")}`;
    for (const prefix of ["staging:", "other:"]) {
      await using transport = await openTransport(url, { prefix });
      await new EventStreamer({ transport }).publishEvent(`in-${prefix}`, null);
    }
    await writeFile(join(cwd, "attune.config.json"), `{ "url": "${url}", "prefix": "staging:" }`);
    for (const [args, env, prefix] of [
      [[], {}, "staging:"],
      [["--url", url], {}, "staging:"],
      [[], { ATTUNE_URL: url }, "staging:"],
      [["--prefix", "other:"], { ATTUNE_URL: url }, "other:"],
    ] as const) {
      const { stdout, stderr } = await runCli(["events", ...args], { cwd, env });
      expect(stdout).toContain(`in-${prefix}`);
      expect(stderr).toContain(`prefix "${prefix}"`);
    }
  });

  it("is not told with --quiet", async () => {
    expect(await runCli(["agents", "--quiet"], { cwd: await newFolder() })).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("an embedded file that is not there is an empty store, and stays away; one that was named has to be there", async () => {
    const cwd = await newFolder();
    const { code, stdout, stderr } = await runCli(["agents"], { cwd });
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("not there yet");
    expect(existsSync(join(cwd, ".attune"))).toBe(false);
    const named = await runCli(["agents", "--url", "sqlite:typo.db"], { cwd });
    expect(named).toMatchObject({ code: 3, stdout: "" });
    expect(existsSync(join(cwd, "typo.db"))).toBe(false);
  });

  it("a store that cannot be reached ends with 3, and no password is printed", async () => {
    const cwd = await newFolder();
    const run = await runCli(["agents", "--url", "redis://user:hunter2@127.0.0.1:1"], { cwd });
    expect(run).toMatchObject({ code: 3, stdout: "" });
    expect(run.stderr).toContain("cannot be reached");
    expect(run.stderr).not.toContain("hunter2");
  });

  it("a configuration that cannot be meant is refused by name", async () => {
    const cwd = await newFolder();
    await writeFile(join(cwd, "attune.config.json"), '{ "uri": "redis://x" }');
    const wrong = await runCli(["agents"], { cwd });
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('there is no setting "uri"');
    await writeFile(join(cwd, "attune.config.json"), "{");
    expect((await runCli(["agents"], { cwd })).stderr).toContain("attune.config.json cannot be read");
  });
});

describe("what is printed", () => {
  const published = async (cwd: string) => {
    await using transport = await openTransport(`sqlite:${join(cwd, ".attune/attune.db")}`);
    await new EventStreamer({ transport }).publishEvent("build", null);
  };

  it("has colours only where they are wanted", async () => {
    const cwd = await newFolder();
    await published(cwd);
    const colored = async (args: readonly string[], env: Record<string, string>) =>
      (await runCli(["events", "--stream-info", ...args], { cwd, env })).stdout.includes("\u001b[");
    expect(await colored([], {})).toBe(false); // no terminal
    expect(await colored([], { FORCE_COLOR: "1" })).toBe(true);
    expect(await colored(["--no-color"], { FORCE_COLOR: "1" })).toBe(false);
    expect(await colored([], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });

  it("has local times, and with --utc those of UTC", async () => {
    const cwd = await newFolder();
    await published(cwd);
    const hour = async (...args: string[]) => {
      const { stdout } = await spawnCli(["events", ...args], { cwd, env: { TZ: "Asia/Tokyo" } });
      return Number(/ (\d\d):/.exec(stdout)![1]);
    };
    expect(((await hour()) - (await hour("--utc")) + 24) % 24).toBe(9);
  });

  it("fits a terminal's width, whatever agents are called and say", async () => {
    const cwd = await newFolder();
    await using transport = await openTransport(`sqlite:${join(cwd, ".attune/attune.db")}`);
    await using agent = new HeartbeatCoordinator({ transport });
    await agent.startHeartbeat("審査員-with-a-long-name");
    await agent.beat({ currentTask: `${"読む ".repeat(20)}${"reading ".repeat(20)}` });
    await new EventStreamer({ transport, source: "審査員" }).publishEvent(
      "a-type-that-is-long",
      "x".repeat(500),
    );
    for (const columns of [40, 80, 200]) {
      for (const args of [["agents"], ["events"], ["events", "--stream-info"]]) {
        const { code, stdout } = await atTerminal(args, cwd, "", columns);
        expect(code).toBe(0);
        const widths = stdout.trimEnd().split("\n").map(cellWidth);
        // A line of an event keeps 20 cells for what was said, behind its time.
        const least = args[0] === "events" && args.length === 1 ? 68 : 0;
        expect(Math.max(...widths), `${args} at ${columns}`).toBeLessThanOrEqual(Math.max(columns, least));
      }
    }
  });
});
