import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { EventStreamer } from "@attune/streams";
import { until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Patience } from "../src/commands/archive/patience.ts";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli, spawnCli } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

/** A folder with so many events in its store. */
async function folderWith(count: number) {
  const cwd = await newFolder();
  const streamer = new EventStreamer({ transport: await embeddedStore(cwd), source: "ci" });
  for (let n = 1; n <= count; n++) await streamer.publishEvent(n % 2 ? "odd" : "even", { n });
  return { cwd, streamer };
}

describe("attune archive --to", () => {
  it("--until-caught-up archives what is there, and ends", async () => {
    const { cwd } = await folderWith(10);
    const text = await runCli(["archive", "--to", "jsonl:kept", "--until-caught-up"], { cwd });
    expect(text.code).toBe(0);
    expect(text.stdout.trimEnd().split("\n").at(-1)).toBe("10 archived (71 B): ended");
    expect(text.stderr).toContain(`Archiving into jsonl:${cwd}/kept.`);
    const json = await runCli(
      ["archive", "--to", "sqlite:kept.db", "--type", "odd", "--name", "odds", "--until-caught-up", "--json"],
      { cwd },
    );
    const lines = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ status: "ended", archived: 5, refused: 0, last_error: null });
    expect(lines.filter(({ status }) => status === "ended")).toHaveLength(1);
    expect(json.stderr).toBe("");
    const again = await runCli(["archive", "--to", "jsonl:kept", "--until-caught-up"], { cwd });
    expect(again.stdout.trimEnd().split("\n").at(-1)).toBe("0 archived (0 B): ended");
  });

  it("goes on until Ctrl-C, writes what it has, and ends with 130", async () => {
    const { cwd, streamer } = await folderWith(3);
    const { child, lines, exit } = startCli(["archive", "--to", "jsonl:kept", "--json"], cwd);
    expect(JSON.parse((await lines.next()).value!)).toMatchObject({ status: "running" });
    const kept = async () => {
      const { stdout } = await runCli(["archive", "query", "jsonl:kept", "--json"], { cwd });
      return stdout === "" ? 0 : (JSON.parse(stdout) as unknown[]).length;
    };
    await until("3 are archived", async () => (await kept()) === 3);
    for (let n = 1; n <= 5; n++) await streamer.publishEvent("late", { n });
    await until("8 are archived", async () => (await kept()) === 8);
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    const told: string[] = [];
    for await (const line of { [Symbol.asyncIterator]: () => lines }) told.push(line);
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ status: "ended", archived: 8 });
  });

  it("ends with 3 where the sink or the store is away, and never tells a password", async () => {
    const { cwd } = await folderWith(1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    for (const args of [
      ["--to", `postgres://user:s3cret@127.0.0.1:${port}/db`],
      ["--to", `postgres://user:s3cret@127.0.0.1:${port}/db`, "--until-caught-up"],
      ["--to", "jsonl:kept", "--url", `redis://user:s3cret@127.0.0.1:${port}`],
    ]) {
      const run = await runCli(["archive", ...args], { cwd });
      expect(run, args.join(" ")).toMatchObject({ code: 3, stdout: "" });
      expect(run.stderr).not.toContain("s3cret");
      expect(run.stderr).toContain(`127.0.0.1:${port}`);
    }
    const malformed = await runCli(["archive", "--to", "postgress://user:s3cret@host/db"], { cwd });
    expect(malformed.code).toBe(2);
    expect(malformed.stderr).not.toContain("s3cret");
  });

  it("--until-caught-up has patience with a store or a sink that is away, but not for ever", async () => {
    using short = new Patience(1);
    short.watch("running");
    short.watch("waiting for the sink");
    await until("it has waited for too long", () => short.signal.aborted);
    expect(short.status).toBe("waiting for the sink");
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    using patience = new Patience(10_000);
    for (const status of ["waiting for the store", "running", "waiting for the sink"] as const) {
      patience.watch(status);
      await vi.advanceTimersByTimeAsync(9000);
    }
    expect(patience.signal.aborted).toBe(false);
    patience.watch("waiting for the store");
    await vi.advanceTimersByTimeAsync(1000);
    expect(patience.signal.aborted).toBe(true);
    using endless = new Patience(Number.POSITIVE_INFINITY);
    endless.watch("waiting for the sink");
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(endless.signal.aborted).toBe(false);
  });

  it("names the package to install where a client is missing", async () => {
    const { cwd } = await folderWith(1);
    const hiding = `import { registerHooks } from "node:module"; registerHooks({ resolve(name, context, next) {
      if (name === "pg") throw Object.assign(new Error("Cannot find package 'pg'"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context); } });`;
    await writeFile(join(cwd, "hide.mjs"), hiding);
    const run = await spawnCli(["archive", "--to", "postgres://user:s3cret@127.0.0.1:1/db"], {
      cwd,
      env: { NODE_OPTIONS: `--import=${join(cwd, "hide.mjs")}` },
    });
    expect(run).toMatchObject({ code: 3, stdout: "" });
    expect(run.stderr).toContain("needs the package pg: npm install pg");
    expect(run.stderr).not.toContain("s3cret");
  });

  it("refuses what cannot be meant before the sink is made", async () => {
    const { cwd } = await folderWith(1);
    for (const [args, said] of [
      [["archive"], "needs --to URL"],
      [["archive", "--to", "jsonl:kept", "--from", "then"], "--from is beginning or now"],
      [["archive", "--to", "jsonl:kept", "--keep", "5"], "--keep and --max-length go together"],
      [
        ["archive", "--to", "jsonl:kept", "--keep", "5", "--max-length", "4"],
        "--max-length is a whole number from 5",
      ],
      [["archive", "--to", "jsonl:kept", "--name", ""], "--name must not be empty"],
      [["archive", "--to", "jsonl:kept", "--name", "n".repeat(201)], "ATTUNE_ARGUMENT_INVALID"],
      [["archive", "--to", "jsonl:kept", "--type", ""], "ATTUNE_EVENT_TYPE_INVALID"],
      [["archive", "--to", "kept"], "A sink's URL must start with"],
      [["archive", "query", "jsonl:kept", "--keep", "5"], "takes no --keep"],
      [["archive", "query", "jsonl:kept", "--until", "soon"], "--until is how long ago"],
      [["archive", "replay", "jsonl:kept", "--rate", "0"], "--rate is a number"],
    ] as const) {
      const run = await runCli(args, { cwd });
      expect(run, args.join(" ")).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toContain(said);
    }
    expect(existsSync(join(cwd, "kept"))).toBe(false);
  });
});

describe("attune archive query and replay", () => {
  it("prints archived events as attune events does", async () => {
    const { cwd } = await folderWith(30);
    await runCli(["archive", "--to", "sqlite:kept.db", "--until-caught-up"], { cwd });
    const live = await runCli(["events"], { cwd });
    const archived = await runCli(["archive", "query", "sqlite:kept.db"], { cwd });
    expect(archived).toMatchObject({ code: 0, stdout: live.stdout });
    const numbers = async (...args: string[]) => {
      const { stdout } = await runCli(["archive", "query", "sqlite:kept.db", "--json", ...args], { cwd });
      return (JSON.parse(stdout) as { data: { n: number } }[]).map(({ data }) => data.n);
    };
    expect(await numbers("--count", "3")).toEqual([28, 29, 30]);
    expect(await numbers("--type", "odd", "--count", "2")).toEqual([27, 29]);
    expect(await numbers("--type", "odd", "--type", "even", "--since", "1h")).toHaveLength(30);
    expect(await numbers("--since", "1h", "--until", "30m")).toEqual([]);
    expect(await numbers("--grep", '"n":1[0-2]')).toEqual([10, 11, 12]);
    const none = await runCli(["archive", "query", "jsonl:nothing"], { cwd });
    expect(none).toMatchObject({ code: 3, stdout: "" });
    expect(existsSync(join(cwd, "nothing"))).toBe(false);
  });

  it("publishes archived events again when it is told so", async () => {
    const { cwd, streamer } = await folderWith(6);
    await runCli(["archive", "--to", "jsonl:kept", "--until-caught-up"], { cwd });
    const asked = await runCli(["archive", "replay", "jsonl:kept"], { cwd });
    expect(asked).toMatchObject({ code: 2, stdout: "" });
    expect(asked.stderr).toContain(`Publish all events in jsonl:${cwd}/kept again`);
    const run = await runCli(
      ["archive", "replay", "jsonl:kept", "--type", "odd", "--as", "again", "--yes", "--json"],
      { cwd },
    );
    expect(run).toMatchObject({ code: 0, stdout: '{"published":3,"failed":0}\n' });
    const again = await streamer.getRecentEvents("again");
    expect(again.map(({ data }) => (data as { n: number }).n)).toEqual([5, 3, 1]);
    expect(await streamer.listEventTypes()).toEqual(["again", "even", "odd"]);
  });

  it("nothing that an agent wrote reaches the terminal as it is", async () => {
    const cwd = await newFolder();
    const streamer = new EventStreamer({ transport: await embeddedStore(cwd), source: hostile });
    await streamer.publishEvent(hostile, { [hostile]: hostile });
    for (const args of [
      ["--to", "jsonl:kept", "--until-caught-up", "--name", "a"],
      ["--to", "jsonl:kept", "--until-caught-up", "--name", "b", "--json"],
      ["query", "jsonl:kept"],
      ["query", "jsonl:kept", "--json"],
      ["replay", "jsonl:kept", "--type", hostile],
      ["replay", "jsonl:kept", "--as", hostile, "--yes"],
    ]) {
      const { stdout, stderr } = await runCli(["archive", ...args], { cwd });
      expect(stdout, args.join(" ")).not.toMatch(acting);
      expect(stderr, args.join(" ")).not.toMatch(acting);
    }
    const { stdout } = await runCli(["archive", "query", "jsonl:kept", "--count", "1", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject([{ event_type: hostile, source: hostile }]);
  });
});
