import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";

describe("wrong usage", () => {
  it("names the nearest command, and the right form", async () => {
    const cwd = await newFolder();
    const unknown = await runCli(["agnets"], { cwd });
    expect(unknown).toMatchObject({ code: 2, stdout: "" });
    expect(unknown.stderr).toContain("Did you mean agents?");
    const below = await runCli(["events", "pubish", "x"], { cwd });
    expect(below).toMatchObject({ code: 2, stdout: "" });
    expect(below.stderr).toContain("did you mean publish?");
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
