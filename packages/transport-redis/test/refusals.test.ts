/** A server that says "not now" or "no": what comes out, and that everything works again afterwards. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { withDegradation } from "@attune/transport";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, follow, open, toRequest } from "./opened.ts";

const noRedis = inject("redisUrl") === "";

describe.skipIf(noRedis)("a replica (READONLY)", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const demote = () => server.command("REPLICAOF", "127.0.0.1", "1");
  const promote = () => server.command("REPLICAOF", "NO", "ONE");

  it.each([
    ["a plain append", {}],
    ["an append with an idempotency key", { idempotencyKey: "k" }],
  ])("%s gives ATTUNE_TRANSPORT_UNAVAILABLE, and works again after the promotion", async (_, more) => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 300 });
    await demote();
    await expect(transport.streams.append([toRequest("a", 1, more)])).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    await promote();
    await eventually(async () => {
      const [id] = await transport.streams.append([toRequest("a", 1, more)]);
      expect(id).toMatch(/^\d+-\d+$/);
    });
    expect(transport.status).toBe("available");
  });

  it("an append with an idempotency key that is tried again leaves the process free for others", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 3000 });
    await demote();
    let turns = 0;
    const turning = setInterval(() => turns++, 10);
    const append = transport.streams.append([toRequest("a", 1, { idempotencyKey: "busy" })]);
    await append.catch(() => {});
    clearInterval(turning);
    await promote();
    expect(turns).toBeGreaterThan(10);
  });

  it("a follower gets what is published after the promotion, and repeats nothing", async () => {
    const { transport } = await open({ url: server.url, prefix: "promoted:" });
    const followed = follow(transport, { eventTypes: ["a"], from: "now", blockMs: 200 });
    await followed.follower.ready;
    await transport.streams.append([toRequest("a", 1)]);
    await eventually(() => expect(followed.values).toEqual([1]));
    await demote();
    await transport.streams.append([toRequest("a", "refused")]).catch(() => {});
    await promote();
    await eventually(async () => {
      await transport.streams.append([toRequest("a", 2)]);
      await transport.streams.append([toRequest("a", 3)]);
    });
    await eventually(() => expect(followed.values).toEqual([1, 2, 3]));
    expect(followed.gaps).toEqual([]);
  });
});

describe.skipIf(noRedis)("a server that is busy with somebody's script (BUSY)", () => {
  it("appends with an idempotency key are not tried again in a tight loop", async () => {
    await using server = await startRedis({ args: ["--busy-reply-threshold", "10"] });
    const { transport } = await open({ url: server.url, operationTimeoutMs: 1000 });
    const script = server.command("EVAL", "while true do end", 0).catch((error: Error) => error);
    await eventually(async () => {
      await expect(server.command("PING")).rejects.toThrow("BUSY");
    });
    const append = transport.streams.append([toRequest("a", 1, { idempotencyKey: "k" })]);
    await expect(append).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    await server.command("SCRIPT", "KILL");
    await script;
    const stats = String(await server.command("INFO", "commandstats"));
    expect(Number(/cmdstat_evalsha:.*rejected_calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(200);
    await eventually(async () => {
      expect(await transport.streams.append([toRequest("a", 1)])).toHaveLength(1);
    });
  });
});

describe.skipIf(noRedis)("a server without memory (OOM)", () => {
  it("refuses appends in its own words, still answers reads, and takes appends again once there is memory", async () => {
    await using server = await startRedis();
    const { transport, warnings } = await open({ url: server.url });
    const { streams } = transport;
    await streams.append([toRequest("a", 0), toRequest("a", 0, { idempotencyKey: "before" })]);
    await server.command("CONFIG", "SET", "maxmemory", "1mb");
    await server.command("EVAL", "redis.call('SETRANGE', 'ballast', 2000000, 'x')", 0).catch(() => {});
    for (const more of [{}, { idempotencyKey: "k" }]) {
      await expect(streams.append([toRequest("a", 1, more)])).rejects.toMatchObject({
        code: "ATTUNE_STORE_REFUSED",
        details: { reply: "OOM" },
        message: expect.stringContaining("maxmemory"),
      });
    }
    expect(transport.status).toBe("available");
    expect(await streams.states(["a"])).toMatchObject([{ length: 2 }]);
    const degraded = withDegradation(transport, { component: "test" });
    for (let n = 0; n < 3; n++) expect(await degraded.streams.append([toRequest("a", 1)])).toEqual([""]);
    expect(warnings).toHaveLength(1);
    await server.command("CONFIG", "SET", "maxmemory", "0");
    expect(
      await streams.append([toRequest("a", 1), toRequest("a", 1, { idempotencyKey: "k" })]),
    ).toHaveLength(2);
    expect(await streams.states(["a"])).toMatchObject([{ length: 4 }]);
  });
});

describe.skipIf(noRedis)("a server that is still loading (LOADING)", () => {
  it("is away until it has loaded; then followers and appends go on by themselves", async () => {
    await using server = await startRedis({ appendOnly: true, args: ["--key-load-delay", "400"] });
    const { transport } = await open({ url: server.url });
    const followed = follow(transport, { eventTypes: ["a"], from: "now", blockMs: 200 });
    await followed.follower.ready;
    await transport.streams.append([toRequest("a", "before")]);
    await eventually(() => expect(followed.values).toEqual(["before"]));
    // Connections are looked after every 1024 commands that were loaded.
    await server.command("EVAL", "for i = 1, 6000 do redis.call('SET', 'ballast:' .. i, i) end", 0);
    await server.kill();
    const started = server.start();
    await eventually(() => expect(server.command("PING")).rejects.toThrow("LOADING"));
    await expect(transport.streams.append([toRequest("a", "refused")])).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    await started;
    await eventually(async () =>
      expect(await transport.streams.append([toRequest("a", "after")])).toHaveLength(1),
    );
    await eventually(() => expect(followed.values).toEqual(["before", "after"]));
    expect(followed.gaps).toEqual([]);
  }, 20_000);
});

describe("a server that has long to load", () => {
  it("keeps no process alive whose transport was closed meanwhile", async () => {
    const info = "loading:1\r\nloading_eta_seconds:30\r\n";
    const loading = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        for (const [, name] of chunk.toString().matchAll(/\r\n(info|setinfo)\r\n/gi)) {
          socket.write(name!.toLowerCase() === "info" ? `$${info.length}\r\n${info}\r\n` : "+OK\r\n");
        }
      });
    });
    await new Promise<void>((resolve) => loading.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void loading.close());
    const program = `
      import { createRedisTransport } from "@attune/transport-redis";
      const transport = await createRedisTransport({ url: process.argv[1], operationTimeoutMs: 300 });
      await transport.close();
      console.log("closed");`;
    const url = `redis://127.0.0.1:${(loading.address() as AddressInfo).port}`;
    const child = spawn(
      process.execPath,
      ["--conditions=@attune/source", "--input-type=module", "--eval", program, url],
      { cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => void child.kill());
    const ended = once(child, "exit");
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    expect(printed.toString()).toBe("closed\n");
    const late = new Promise((resolve) => setTimeout(resolve, 15_000, "late"));
    expect(await Promise.race([ended, late])).toEqual([0, null]);
  }, 30_000);
});

describe.skipIf(noRedis)("a user whose rights are too few", () => {
  it("a follower never takes a refusal to look at a stream for the stream's loss", async () => {
    await using server = await startRedis();
    await server.command("ACL", "SETUSER", "u", "on", ">pw", "+@all", "-xinfo", "~*", "&*");
    const { transport } = await open({ url: server.url.replace("redis://", "redis://u:pw@") });
    await expect(transport.streams.states(["a"])).rejects.toMatchObject({ code: "ATTUNE_STORE_REFUSED" });
  });

  it("a bell that is not allowed any more is only a bell that does not ring", async () => {
    await using server = await startRedis();
    await server.command("ACL", "SETUSER", "u", "on", ">pw", "+@all", "~*", "&*");
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    const { transport } = await open({ url: server.url.replace("redis://", "redis://u:pw@") });
    await transport.bell.watch(["streams"], () => {}).ready;
    await server.command("ACL", "SETUSER", "u", "resetchannels"); // ends the subscriber's connection
    await eventually(async () => {
      const log = String(await server.command("CLIENT", "LIST"));
      expect(log).toMatch(/cmd=subscribe user=u/);
    });
    await transport.streams.list({ thorough: false });
    process.off("unhandledRejection", onRejection);
    expect(rejections).toEqual([]);
  });
});
