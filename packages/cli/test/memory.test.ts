import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { freePort, locateRedis, redisCommand } from "@attune-tools/redis-server";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { acting, hostile } from "./hostile-text.ts";
import { embeddedStore, newFolder } from "./in-folder.ts";
import { runCli, spawnCli } from "./run-cli.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A folder for PATH with nothing but a redis-server in it: the one that the tests use. */
async function folderWithServer(): Promise<string> {
  const { command, env } = await locateRedis();
  const folder = await newFolder();
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)} `);
  const script = `#!/bin/sh\n${settings.join("")}exec ${quoted(command)} "$@"\n`;
  await writeFile(join(folder, "redis-server"), script);
  await chmod(join(folder, "redis-server"), 0o755);
  return folder;
}

/** A free one; whatever listens there in the end is gone after the test. */
async function portToStart(): Promise<number> {
  const port = await freePort();
  onTestFinished(() =>
    redisCommand(`redis://127.0.0.1:${port}`, ["SHUTDOWN", "NOSAVE"]).then(
      () => {},
      () => {},
    ),
  );
  return port;
}

async function pidOf(cwd: string): Promise<number> {
  return JSON.parse(await readFile(join(cwd, ".attune/redis/server.json"), "utf8")).pid;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const answers = (port: number) =>
  redisCommand(`redis://127.0.0.1:${port}`, ["PING"]).then(
    () => true,
    () => false,
  );

describe("attune memory status", () => {
  it("tells which store is in use, who chose it, and what is in it", async () => {
    const cwd = await newFolder();
    const transport = await embeddedStore(cwd);
    const streamer = new EventStreamer({ transport });
    await streamer.publishEvent("a", 1);
    await streamer.publishEvent("b", 1);
    await using heartbeat = new HeartbeatCoordinator({ transport });
    await heartbeat.startHeartbeat("worker-1");
    const { code, stdout } = await runCli(["memory", "status", "--json"], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      url: `sqlite:${cwd}/.attune/attune.db`,
      chosen_by: "default",
      reachable: true,
      product: "SQLite",
      version: expect.stringMatching(/^3\./),
      bytes: expect.any(Number),
      agents: 1,
      streams: expect.any(Number),
      pending_approvals: 0,
    });
    expect(JSON.parse(stdout).streams).toBeGreaterThanOrEqual(2);
    expect(code).toBe(0);
    const text = await runCli(["memory", "status"], { cwd });
    expect(text.stdout).toMatch(/^chosen by +default$/m);
    expect(text.stdout).toMatch(/^agents +1$/m);
  });

  it("a file that is not there yet is empty, and stays away", async () => {
    const cwd = await newFolder();
    const { code, stdout } = await runCli(["memory", "status", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ reachable: true, bytes: 0, agents: 0, streams: 0 });
    expect(code).toBe(0);
    await expect(stat(join(cwd, ".attune"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("ends with 3 where it cannot be reached, without the password", async () => {
    const cwd = await newFolder();
    const env = { ATTUNE_URL: `redis://user:s3cret@127.0.0.1:${await freePort()}/2` };
    const json = await runCli(["memory", "status", "--json"], { cwd, env });
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      chosen_by: "ATTUNE_URL",
      reachable: false,
      agents: null,
    });
    const text = await runCli(["memory", "status"], { cwd, env });
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^reachable +no$/m);
    expect(JSON.stringify([json, text])).not.toContain("s3cret");
  });

  it("nothing of a URL or a file's name reaches the terminal as it is", async () => {
    const cwd = join(await newFolder(), hostile.replaceAll("/", ""));
    await mkdir(cwd);
    for (const args of [[], ["--json"], ["--url", `sqlite:${hostile}`], ["--url", `redis://${hostile}`]]) {
      const { stdout, stderr } = await runCli(["memory", "status", ...args], { cwd });
      expect(stdout).not.toMatch(acting);
      expect(stderr).not.toMatch(acting);
    }
  });
});

// ATTUNE_TEST_REDIS=skip leaves out all that needs one.
describe.skipIf(!inject("redisUrl"))("attune memory start and stop", () => {
  it("two that start at once start one: two servers would destroy each other's files", async () => {
    const cwd = await newFolder();
    const env = { PATH: await folderWithServer() };
    const ports = [await portToStart(), await portToStart()];
    const start = (port: number) => runCli(["memory", "start", "--port", String(port)], { cwd, env });
    const runs = await Promise.all(ports.map(start));
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect((await Promise.all(ports.map(answers))).sort()).toEqual([false, true]);
    expect(await runCli(["memory", "stop"], { cwd })).toMatchObject({ code: 0 });
    expect(await Promise.all(ports.map(answers))).toEqual([false, false]);
    // The same port, twice: one starts it, the other finds it.
    const same = await Promise.all([start(ports[0]!), start(ports[0]!)]);
    expect(same.map(({ code }) => code)).toEqual([0, 0]);
    expect(await runCli(["memory", "stop"], { cwd })).toMatchObject({ code: 0 });
  });

  it("starts a Redis that lives on and keeps its data, and ends it", async () => {
    const cwd = await newFolder();
    const env = { PATH: await folderWithServer() };
    const port = await portToStart();
    const url = `redis://127.0.0.1:${port}`;
    const started = await spawnCli(["memory", "start", "--port", String(port)], { cwd, env });
    expect(started).toMatchObject({ code: 0, stdout: `# ${url}\nexport ATTUNE_URL=${url}\n` });
    const pid = await pidOf(cwd);
    // The leader of a group of its own: Ctrl-C in the terminal does not reach it.
    expect(process.kill(-pid, 0)).toBe(true);
    expect((await stat(join(cwd, ".attune/redis"))).mode & 0o777).toBe(0o700);
    const config = async (name: string) =>
      ((await redisCommand(url, ["CONFIG", "GET", name])) as string[])[1];
    expect(await config("bind")).toBe("127.0.0.1");
    expect(await config("appendonly")).toBe("yes");
    expect(await config("maxmemory-policy")).toBe("noeviction");
    {
      await using transport = await openTransport(url);
      await new EventStreamer({ transport }).publishEvent("kept", { n: 1 });
    }
    const again = await runCli(["memory", "start", "--port", String(port), "--json"], { cwd, env });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ url, started: false, product: expect.any(String) });
    const other = await runCli(["memory", "start", "--port", String(await portToStart())], { cwd, env });
    expect(other).toMatchObject({ code: 1, stdout: "" });
    expect(other.stderr).toContain(`listens on port ${port} already`);

    const stopped = await runCli(["memory", "stop", "--json"], { cwd });
    expect(stopped).toMatchObject({ code: 0, stdout: `{"stopped":true,"pid":${pid},"port":${port}}\n` });
    expect(await answers(port)).toBe(false);
    const twice = await runCli(["memory", "stop"], { cwd });
    expect(twice).toMatchObject({ code: 4, stdout: "" });
    expect(twice.stderr).toContain("No server was started in this folder");

    await runCli(["memory", "start", "--port", String(port)], { cwd, env });
    const kept = await runCli(["events", "--url", url, "--json"], { cwd });
    expect(JSON.parse(kept.stdout)).toMatchObject([{ event_type: "kept", data: { n: 1 } }]);
    expect((await runCli(["memory", "stop"], { cwd })).code).toBe(0);
    await until("it is gone", async () => !(await answers(port)));
  });

  it("never ends what is not the server that it started", async () => {
    const [cwd, other] = [await newFolder(), await newFolder()];
    const env = { PATH: await folderWithServer() };
    const port = await portToStart();
    await runCli(["memory", "start", "--port", String(port)], { cwd, env });
    const pid = await pidOf(cwd);
    // Its port is somebody else's server now, its id some other process.
    await mkdir(join(other, ".attune/redis"), { recursive: true });
    for (const server of [
      { pid: process.pid, port },
      { pid: process.pid, port: await freePort() },
    ]) {
      await writeFile(join(other, ".attune/redis/server.json"), JSON.stringify(server));
      const run = await runCli(["memory", "stop"], { cwd: other });
      expect(run).toMatchObject({ code: 4, stdout: "" });
      expect(run.stderr).toContain("does not run any more");
    }
    expect(await answers(port)).toBe(true);
    process.kill(pid, "SIGKILL");
    await until("it is gone", async () => !(await answers(port)));
    expect(await runCli(["memory", "stop"], { cwd })).toMatchObject({ code: 4 });
  });

  it("tells what the server said when it ends at once", async () => {
    const cwd = await newFolder();
    const folder = await newFolder();
    await writeFile(join(folder, "valkey-server"), '#!/bin/sh\necho "no such luck"\nexit 1\n');
    await chmod(join(folder, "valkey-server"), 0o755);
    const run = await runCli(["memory", "start", "--port", String(await portToStart())], {
      cwd,
      env: { PATH: folder },
    });
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("valkey-server has ended at once");
    expect(run.stderr).toContain("no such luck");
  });
});

describe("attune memory start without a server", () => {
  it("ends with 4, and says how to get one", async () => {
    const cwd = await newFolder();
    const env = { PATH: await newFolder() };
    const run = await runCli(["memory", "start", "--port", String(await freePort())], { cwd, env });
    expect(run).toMatchObject({ code: 4, stdout: "" });
    expect(run.stderr).toContain("apt-get install redis-server");
    await expect(stat(join(cwd, ".attune"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("says so when something else listens at the port", async () => {
    const cwd = await newFolder();
    const port = await listening(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const run = await runCli(["memory", "start", "--port", String(port)], { cwd });
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("no Redis that can be used");
    const wrong = await runCli(["memory", "start", "--port", "70000"], { cwd });
    expect(wrong.code).toBe(2);
  });
});
