import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startClickHouse, startPostgres, unlessNotHere } from "../../src/index.ts";

const servers = { PostgreSQL: startPostgres, ClickHouse: startClickHouse };

describe.each(Object.entries(servers))("%s", (name, start) => {
  it("starts, is killed, starts again on the same port, and leaves nothing behind", async (context) => {
    const server = await unlessNotHere(start);
    if (typeof server === "string") return context.skip(`NOT TESTED: ${server}`);
    const { url, dir, pid } = server;
    expect(server.version).toMatch(new RegExp(`^${name} \\d+\\.\\d+`));
    expect(new URL(url).hostname).toBe("127.0.0.1");
    await server.kill();
    expect(server.running).toBe(false);
    await server.start();
    await server.restart();
    expect(server).toMatchObject({ url, running: true });
    expect(server.pid).not.toBe(pid);
    await server.stop();
    await server.stop();
    expect(server.running).toBe(false);
    expect(existsSync(dir)).toBe(false);
    await expect(server.start()).rejects.toThrow("stopped for good");
  });

  it("ends when the process that started it is killed, and its folder goes", async (context) => {
    const server = await unlessNotHere(start);
    if (typeof server === "string") return context.skip(`NOT TESTED: ${server}`);
    await server.stop();
    const script = fileURLToPath(new URL("scripts/starts-and-waits.ts", import.meta.url));
    const starter = spawn(process.execPath, [script, name], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(createInterface(starter.stdout), "line");
    const { pid, dir } = JSON.parse(String(line)) as { pid: number; dir: string };
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    starter.kill("SIGKILL");
    while (existsSync(`/proc/${pid}`) || existsSync(dir)) await sleep(10);
  });
});
