/** As whom the commands act: what an option says, else ATTUNE_AGENT, else a name of their own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EventStreamer } from "@attune/streams";
import { expect, it } from "vitest";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";

it("events publish: --source, else ATTUNE_AGENT, else attune", async () => {
  const cwd = await newFolder();
  const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
  const sourceOf = async (args: readonly string[], env = {}) => {
    expect((await runCli(["events", "publish", "build", ...args], { cwd, env })).code).toBe(0);
    return (await streamer.getRecentEvents("build", { count: 1 }))[0]?.source;
  };
  expect(await sourceOf([])).toBe("attune");
  expect(await sourceOf([], { ATTUNE_AGENT: "" })).toBe("attune");
  expect(await sourceOf([], { ATTUNE_AGENT: "ci" })).toBe("ci");
  expect(await sourceOf(["--source", "me"], { ATTUNE_AGENT: "ci" })).toBe("me");
});

it("a name that nobody can have is refused before a store is opened", async () => {
  const cwd = await newFolder();
  const long = "x".repeat(257);
  for (const [args, env, said] of [
    [["events", "publish", "build", "--source", ""], {}, "--source"],
    [["events", "publish", "build", "--source", long], {}, "--source"],
    [["events", "publish", "build"], { ATTUNE_AGENT: long }, "ATTUNE_AGENT"],
    [["signals", "send", "go", "--to", "a", "--as", ""], {}, "--as"],
    [["signals", "wait", "go"], { ATTUNE_AGENT: long }, "ATTUNE_AGENT"],
    [["approvals", "approve", "x", "--as", ""], {}, "--as"],
    [["approvals", "approve", "x"], { USER: long }, "The name of the user"],
  ] as const) {
    const run = await runCli(args, { cwd, env });
    expect(run, args.join(" ")).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(said);
    expect(run.stderr).not.toContain("Store:");
  }
  expect(existsSync(join(cwd, ".attune"))).toBe(false);
});
