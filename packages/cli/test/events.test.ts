import { EventStreamer } from "@attune/streams";
import { describe, expect, it } from "vitest";
import { atTerminal } from "./at-terminal.ts";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

describe("attune events", () => {
  it("prints the newest events of all types, oldest first, and says which store it looked at", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd), source: "ci" });
    for (let n = 1; n <= 30; n++) await streamer.publishEvent(n % 2 ? "odd" : "even", { n });
    const { code, stdout, stderr } = await runCli(["events"], { cwd });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line.slice(line.indexOf("{"))).n)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 11),
    );
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}odd +ci +\{"n":11\}$/);
    expect(stderr).toBe(`Store: sqlite:${cwd}/.attune/attune.db (default)\n`);
    expect(code).toBe(0);
  });

  it("--type, --count, --since and --grep choose; --json is one document; --utc is UTC", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (let n = 1; n <= 9; n++)
      await streamer.publishEvent(`t${n % 3}`, { n, text: n > 5 ? "late" : "early" });
    const chosen = await runCli(
      ["events", "--type", "t1", "--type", "t2", "--grep", '"(late)"', "--count", "2", "--json"],
      { cwd },
    );
    const events = JSON.parse(chosen.stdout) as { event_type: string; data: { n: number } }[];
    expect(events.map(({ event_type, data }) => [event_type, data.n])).toEqual([
      ["t1", 7],
      ["t2", 8],
    ]);
    expect(chosen.stderr).toBe("");
    const none = await runCli(["events", "--since", "2999-01-01", "--json"], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: "[]\n" });
    const all = await runCli(["telemetry", "events", "--since", "1h", "--utc"], { cwd });
    expect(all.stdout.trimEnd().split("\n")).toHaveLength(9);
    expect(all.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z {2}t1/);
  });

  it("--stream-info tells of streams and of the groups that share them", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (let n = 0; n < 5; n++) await streamer.publishEvent("build", { n });
    const consumer = streamer.consumeGroup({ group: "builders", eventTypes: ["build"], from: "beginning" });
    for await (const event of consumer) {
      await event.ack();
      break;
    }
    const human = await runCli(["events", "--stream-info"], { cwd });
    expect(human.stdout).toMatch(/^STREAM +EVENTS .*\nbuild +5 +5 .*builders \(\d pending, lag \d\)\n$/);
    const json = await runCli(["events", "--stream-info", "--type", "build", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject([
      { event_type: "build", length: 5, groups: [{ group: "builders" }] },
    ]);
    expect(await runCli(["events", "--stream-info", "--type", "biuld"], { cwd })).toMatchObject({
      code: 4,
      stdout: "",
    });
  });

  it("publish stores one event and prints its id; data comes from an argument or from stdin", async () => {
    const cwd = await newFolder();
    const first = await runCli(["events", "publish", "build", '{"n":1}', "--key", "once"], {
      cwd,
    });
    const again = await runCli(["events", "publish", "build", '{"n":2}', "--key", "once"], { cwd });
    expect(first.stdout).toMatch(/^\d+-\d+\n$/);
    expect(again.stdout).toBe(first.stdout);
    const piped = await runCli(["events", "publish", "build", "-", "--json"], {
      cwd,
      input: '["from", "stdin"]\n',
      env: { ATTUNE_AGENT: "job-7" },
    });
    expect(JSON.parse(piped.stdout)).toMatchObject({ event_type: "build" });
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    const [newest, oldest, ...others] = await streamer.getRecentEvents("build");
    expect(newest).toMatchObject({ data: ["from", "stdin"], source: "job-7" });
    expect(oldest).toMatchObject({ source: "attune" });
    expect(others).toEqual([]);
  });

  it("publish trims nothing that is there, unless --max-length says so", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd), maxLength: 50_000 });
    const batch = Array.from({ length: 11_000 }, (_, n) => ({ eventType: "build", data: n }));
    await streamer.publishEvents(batch);
    await runCli(["events", "publish", "build", "1"], { cwd });
    expect((await streamer.getStreamInfo("build"))?.length).toBe(11_001);
    await runCli(["events", "publish", "build", "2", "--max-length", "100"], { cwd });
    expect((await streamer.getStreamInfo("build"))?.length).toBeLessThan(11_000);
  });

  it("trim and delete ask first: where nobody can be asked nothing is done without --yes", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (let n = 0; n < 5; n++) await streamer.publishEvent("build", { n });
    const unasked = await runCli(["events", "delete", "build"], { cwd });
    expect(unasked).toMatchObject({ code: 2, stdout: "" });
    expect(unasked.stderr).toContain("say --yes");
    expect(await runCli(["events", "trim", "build", "--keep", "2"], { cwd })).toMatchObject({ code: 2 });
    expect((await streamer.getStreamInfo("build"))?.length).toBe(5);
    expect((await runCli(["events", "trim", "build", "--keep", "2", "--yes"], { cwd })).stdout).toBe(
      "3 events removed\n",
    );
    const deleted = await runCli(["events", "delete", "build", "-y", "--json"], { cwd });
    expect(JSON.parse(deleted.stdout)).toEqual({ event_type: "build", deleted: true });
    expect(await runCli(["events", "delete", "build", "-y"], { cwd })).toMatchObject({ code: 4 });
  });

  it("at a terminal a yes does it, and anything else leaves it and ends with 1", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (let n = 0; n < 5; n++) await streamer.publishEvent("build", { n });
    for (const typed of ["n\n", "\n", "", "yess\n"]) {
      const no = await atTerminal(["events", "trim", "build", "--keep", "2"], cwd, typed);
      expect(no).toMatchObject({ code: 1, stdout: "" });
      expect(no.stderr).toMatch(/Remove the oldest 3 of 5 events .* \[y\/N\] attune: Nothing was done\.\n$/);
    }
    expect((await streamer.getStreamInfo("build"))?.length).toBe(5);
    const yes = await atTerminal(["events", "delete", "build"], cwd, "Yes\n");
    expect(yes).toMatchObject({ code: 0, stdout: "deleted\n" });
    expect(await streamer.getStreamInfo("build")).toBeNull();
  });

  it("no text of an event acts on the terminal, in any form", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd), source: hostile });
    await streamer.publishEvent(`type${hostile}`, { text: hostile });
    for (const args of [
      ["events"],
      ["events", "--json"],
      ["events", "--stream-info"],
      ["events", "--stream-info", "--json"],
    ]) {
      const { code, stdout, stderr } = await runCli(args, { cwd });
      expect(code).toBe(0);
      expect(stdout).toContain("type");
      expect(stdout + stderr).not.toMatch(acting);
    }
    const [event] = JSON.parse((await runCli(["events", "--json"], { cwd })).stdout) as {
      data: unknown;
      source: string;
    }[];
    expect(event).toMatchObject({ data: { text: hostile }, source: hostile });
  });
});

describe("attune events --follow", () => {
  const follow = (args: readonly string[], cwd: string) => startCli(["events", "--follow", ...args], cwd);

  it("prints an object a line as events happen, and Ctrl-C ends it with 130", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    await streamer.publishEvent("build", { before: true });
    const { child, lines, told, exit } = follow(["--type", "build", "--json", "--since", "1h"], cwd);
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ data: { before: true } });
    await streamer.publishEvent("other", {});
    await streamer.publishEvent("build", { after: true });
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ data: { after: true } });
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    expect((await told.next()).done).toBe(true);
  });

  it("--count ends it, --timeout ends it with 124", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    const counted = follow(["--count", "1"], cwd);
    expect((await counted.told.next()).value).toContain("Store:");
    expect((await counted.told.next()).value).toContain("Following");
    await streamer.publishEvent("build", { n: 1 });
    expect((await counted.lines.next()).value).toContain('{"n":1}');
    expect(await counted.exit).toEqual([0, null]);
    const late = await runCli(["events", "--follow", "--count", "2", "--timeout", "200ms"], { cwd });
    expect(late).toMatchObject({ code: 124, stdout: "" });
    expect(late.stderr).toContain("0 of 2 events came within 0.2 s");
  });

  it("a reader that goes away ends it quietly", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd) });
    for (let n = 0; n < 2000; n++) void streamer.publishEvent("build", { n, text: "x".repeat(200) });
    await streamer.publishEvent("build", { last: true });
    const { child, lines, told, exit } = follow(["--since", "1h", "--json"], cwd);
    await lines.next();
    child.stdout.destroy();
    expect(await exit).toEqual([0, null]);
    expect((await told.next()).done).toBe(true);
  });
});
