/** What a started server can do and what is left of it afterwards. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, test as anyTest, expect } from "vitest";
import { type RedisServer, redisCommand, startRedis } from "../src/index.ts";

const test = anyTest.skipIf(process.env.ATTUNE_TEST_REDIS === "skip");

const servers: RedisServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function started(...args: Parameters<typeof startRedis>): Promise<RedisServer> {
  const server = await startRedis(...args);
  servers.push(server);
  return server;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a started server answers, says what it is, and leaves nothing behind when stopped twice", async () => {
  const server = await started();
  expect(await server.command("SET", "größe", "ä€😀")).toBe("OK");
  expect(await server.command("GET", "größe")).toBe("ä€😀");
  expect(await server.command("EXISTS", "nothing")).toBe(0);
  expect(await server.command("GET", "nothing")).toBeNull();
  expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
  expect(server.version).toMatch(/^(Valkey )?\d+\.\d+\.\d+$/);
  const { pid, dir } = server;
  await server.stop();
  await server.stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(dir)).toBe(false);
  expect(server.running).toBe(false);
  await expect(server.start()).rejects.toThrow(/stopped for good/);
});

test("servers started together get ports of their own", async () => {
  const all = await Promise.all([started(), started(), started(), started()]);
  expect(new Set(all.map((server) => server.port)).size).toBe(4);
});

test("further arguments win over ours", async () => {
  const server = await started({ args: ["--maxmemory", "10mb", "--maxmemory-policy", "noeviction"] });
  expect(await server.command("CONFIG", "GET", "maxmemory")).toEqual(["maxmemory", "10485760"]);
});

test("a taken port that was asked for is an error that shows the server's log", async () => {
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  const { port } = occupant.address() as { port: number };
  await expect(startRedis({ port, startTimeoutMs: 2000 })).rejects.toThrow(/address already in use/i);
  occupant.close();
});

test("an argument the server does not know is an error that shows what it said", async () => {
  await expect(startRedis({ args: ["--no-such-option", "1"] })).rejects.toThrow(/no-such-option/);
});

test("with appendOnly the data survives kill and start; without, it does not", async () => {
  const keeping = await started({ appendOnly: true });
  const forgetting = await started();
  for (const server of [keeping, forgetting]) {
    const { pid } = server;
    await server.command("SET", "a", "1");
    await server.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(server.command("PING")).rejects.toThrow(/ECONNREFUSED/);
    await server.start();
    expect(server.pid).not.toBe(pid);
  }
  expect(await keeping.command("GET", "a")).toBe("1");
  expect(await forgetting.command("GET", "a")).toBeNull();
});

test("restart keeps port and data", async () => {
  const server = await started({ appendOnly: true });
  const { port, pid } = server;
  await server.command("SET", "a", "1");
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
  expect(await server.command("GET", "a")).toBe("1");
});

test("a paused server answers nothing until it is resumed, and can be stopped while paused", async () => {
  const server = await started();
  server.pause();
  await expect(redisCommand(server.url, ["PING"], { timeoutMs: 50 })).rejects.toThrow(/no reply to PING/);
  server.resume();
  expect(await server.command("PING")).toBe("PONG");
  server.pause();
  const before = Date.now();
  await server.stop();
  expect(Date.now() - before).toBeLessThan(10_000);
});

test("a given directory is kept by stop", async () => {
  const dir = await mkdtemp(join(tmpdir(), "attune-given-"));
  const server = await started({ dir });
  await server.stop();
  expect(existsSync(dir)).toBe(true);
  await rm(dir, { recursive: true });
});

test.each(["SIGKILL", "SIGTERM", "nothing"])(
  "a server dies with its test process (%s), and its directory too",
  async (end) => {
    const script = `
    import { startRedis } from ${JSON.stringify(join(import.meta.dirname, "../src/index.ts"))};
    const { url, dir } = await startRedis();
    process.stdout.write(JSON.stringify({ url, dir }));
    ${end === "nothing" ? "" : "setInterval(() => {}, 1000);"}`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
    const exited = once(child, "exit");
    const [output] = await once(child.stdout, "data");
    const { url, dir } = JSON.parse(String(output));
    if (end !== "nothing") child.kill(end as NodeJS.Signals);
    await exited; // a program that forgets stop() must still be able to end
    // not by the pid: an orphan stays a zombie until the machine's init gets round to it
    for (let i = 0; i < 1500 && existsSync(dir); i++) await sleep(10);
    expect(existsSync(dir)).toBe(false);
    // The directory may be gone a moment before the process has let go of its port.
    const answer = () =>
      redisCommand(url, ["PING"]).then(
        () => "answers",
        (error: Error) => error.message,
      );
    await expect.poll(answer).toMatch(/ECONNREFUSED/);
  },
);
