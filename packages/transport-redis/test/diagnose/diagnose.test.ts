/** What is found of servers that are well, ill, and away. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { diagnose, systemClock } from "@attune/transport";
import { freePort, type RedisServer, redisCommand, startRedis } from "@attune-tools/redis-server";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { look, notOk } from "./looked.ts";

// A busy machine takes its time: what is waited for below is an answer.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const patient = { operationTimeoutMs: 10_000 };

describe.skipIf(inject("redisUrl") === "")("a Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ appendOnly: true });
  });
  afterAll(() => server.stop());

  const configure = (name: string, value: string) => server.command("CONFIG", "SET", name, value);

  it("that is well: everything is ok, and nothing stays of the look", async () => {
    const calls = async () => String(await server.command("INFO", "commandstats"));
    await server.command("CONFIG", "RESETSTAT");
    const findings = await look(server.url, patient);
    expect(notOk(findings)).toEqual({});
    expect(Object.keys(findings)).toEqual([
      ...["connection", "encryption", "version", "role", "memory", "maxmemory-policy", "persistence"],
      ...["clock", "Lua scripts", "writing", "rights to commands", "rights to keys", "rights to channels"],
    ]);
    expect(findings.version?.found).toBe(`Redis ${server.version}`);
    expect(await server.command("DBSIZE")).toBe(0);
    // Written and removed by the one script; what rights were asked for was not carried out.
    expect(await calls()).toMatch(/cmdstat_set:calls=1,/);
    expect(await calls()).toMatch(/cmdstat_del:calls=1,/);
    expect(await calls()).not.toMatch(/cmdstat_(xadd|sadd|hset|zadd|rpush|publish|xgroup)/);
    expect(await calls()).toMatch(/cmdstat_exec:calls=1,.*failed_calls=1/);
  });

  it("keeps what is there under every name", async () => {
    await server.command("SADD", "empathy:event-types", "a", "");
    await server.command("XADD", "empathy:{broadcasts}", "1-1", "a", "b");
    await look(server.url, patient);
    expect(await server.command("SCARD", "empathy:event-types")).toBe(2);
    expect(await server.command("XLEN", "empathy:{broadcasts}")).toBe(1);
    await server.command("FLUSHALL");
  });

  describe("with settings that break promises", () => {
    afterEach(async () => {
      await configure("maxmemory", "0");
      await configure("maxmemory-policy", "noeviction");
      await configure("appendonly", "yes");
      await configure("save", "");
    });

    it.each([
      ["100mb", "allkeys-lru", "problem"],
      ["100mb", "volatile-ttl", "problem"],
      ["0", "allkeys-lru", "warning"],
    ])("maxmemory %s with %s: a %s, and how to mend it", async (maxmemory, policy, outcome) => {
      await configure("maxmemory", maxmemory);
      await configure("maxmemory-policy", policy);
      const findings = await look(server.url, patient);
      expect(notOk(findings)).toEqual({ "maxmemory-policy": outcome });
      expect(findings["maxmemory-policy"]?.found).toContain(policy);
      expect(findings["maxmemory-policy"]?.remedy).toContain("CONFIG SET maxmemory-policy noeviction");
    });

    it("a full memory: nothing can be written", async () => {
      await configure("maxmemory", "1");
      const findings = await look(server.url, patient);
      expect(notOk(findings)).toEqual({ memory: "problem", writing: "problem" });
      expect(findings.writing).toMatchObject({
        found: expect.stringContaining("OOM"),
        remedy: expect.stringContaining("maxmemory"),
      });
    });

    it("no persistence: a warning, unless snapshots are made", async () => {
      await configure("appendonly", "no");
      const off = await look(server.url, patient);
      expect(off.persistence).toMatchObject({
        outcome: "warning",
        found: expect.stringMatching(/restart loses/),
      });
      await configure("save", "3600 1");
      const snapshots = await look(server.url, patient);
      expect(snapshots.persistence).toMatchObject({ outcome: "ok", found: "snapshots (save 3600 1)" });
    });
  });

  it.each([
    [500, "ok"],
    [-500, "ok"],
    [5000, "warning"],
    [-5000, "warning"],
    [90_000, "problem"],
    [-90_000, "problem"],
  ])("whose clock is %i ms from ours: %s", async (aheadMs, outcome) => {
    const clock = { ...systemClock, now: () => Date.now() - aheadMs };
    const { clock: found } = await look(server.url, { ...patient, clock });
    expect(found?.outcome).toBe(outcome);
    expect(found?.found).toMatch(aheadMs > 0 ? / ahead of / : / behind /);
  });

  it("that is a replica: names the primary", async () => {
    await using replica = await startRedis({ args: ["--replicaof", `127.0.0.1 ${server.port}`] });
    const findings = await look(replica.url, patient);
    expect(findings.role).toMatchObject({
      outcome: "problem",
      remedy: expect.stringMatching(/Name the primary/),
    });
    expect(findings.role?.remedy).toContain(`127.0.0.1:${server.port}`);
    expect(findings.writing).toMatchObject({ outcome: "problem", found: expect.stringMatching(/READONLY/) });
    expect(findings["rights to commands"]?.outcome).toBe("ok");
  });

  it("that lacks commands: says which", async () => {
    await using renamed = await startRedis({ args: ["--rename-command", "XCLAIM", ""] });
    const findings = await look(renamed.url, patient);
    expect(findings["rights to commands"]).toMatchObject({
      outcome: "problem",
      found: expect.stringMatching(/xclaim/),
    });
    expect(findings["rights to commands"]?.remedy).toContain("rename-command");
  });

  it("that wants a password: says so; and of a wrong one, and of a needless one", async () => {
    const url = (password: string) => server.url.replace("redis://", `redis://:${password}@`);
    const printed = vi.spyOn(console, "warn");
    const needless = await look(url("hunter2"), patient);
    expect(notOk(needless)).toEqual({ user: "warning" });
    await configure("requirepass", "secret");
    try {
      const none = await look(server.url, patient);
      expect(notOk(none)).toEqual({ user: "problem" });
      expect(none.user?.remedy).toContain("redis://USER:PASSWORD@host:port");
      const wrong = await look(url("hunter2"), patient);
      expect(wrong.user).toMatchObject({ outcome: "problem", found: expect.stringMatching(/WRONGPASS/) });
      expect(notOk(await look(url("secret"), patient))).toEqual({});
    } finally {
      await redisCommand(url("secret"), ["CONFIG", "SET", "requirepass", ""]);
    }
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it("without the database that the URL names", async () => {
    const { database } = await look(`${server.url}/99`, patient);
    expect(database).toMatchObject({ outcome: "problem", found: expect.stringMatching(/out of range/) });
    expect(notOk(await look(`${server.url}/3`, patient))).toEqual({});
  });

  it("that does not speak TLS, asked to", async () => {
    const findings = await look(server.url.replace("redis:", "rediss:"), { operationTimeoutMs: 300 });
    expect(notOk(findings)).toEqual({ connection: "problem" });
    expect(findings.connection?.remedy).toContain("TLS");
  });

  it("that was stopped: said within the time, with what to do", async () => {
    server.pause();
    try {
      const findings = await look(server.url, { operationTimeoutMs: 200 });
      expect(findings.connection).toMatchObject({
        outcome: "problem",
        found: expect.stringMatching(/no answer within/),
      });
      expect(findings.connection?.remedy).toContain("SIGSTOP");
      expect(Object.keys(findings)).toEqual(["connection"]);
    } finally {
      server.resume();
    }
  });
});

describe("no Redis", () => {
  it("where nothing listens", async () => {
    const url = `redis://user:hunter2@127.0.0.1:${await freePort()}`;
    const findings = await look(url, patient);
    expect(notOk(findings)).toEqual({ connection: "problem" });
    expect(findings.connection).toMatchObject({
      found: expect.stringMatching(/ECONNREFUSED/),
      remedy: expect.stringMatching(/Start the server/),
    });
  });

  /** Listens on loopback until the test ends; answers its URL. */
  async function listen(serve: (socket: Socket) => void): Promise<string> {
    const listener = createServer((socket) => {
      socket.on("error", () => {});
      onTestFinished(() => void socket.destroy());
      serve(socket);
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void listener.close());
    await once(listener, "listening");
    return `redis://127.0.0.1:${(listener.address() as { port: number }).port}`;
  }

  it.each([
    ["says nothing", () => {}],
    ["closes at once", (socket: Socket) => socket.destroy()],
    ["speaks something else", (socket: Socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["falls silent while it is pinged", answers("+PONG", { count: 3 })],
    ["falls silent later", answers("+PONG", { count: 6 })],
    ["closes in between", answers("+PONG", { count: 3, close: true })],
    ["takes its time, and then some", answers("+PONG", { delayMs: 150 })],
    ["lets nobody in", answers("-DENIED Redis is running in protected mode")],
  ])("where something listens that %s", async (_, serve) => {
    const { connection } = await look(await listen(serve), { operationTimeoutMs: 250 });
    expect(connection?.outcome).toBe("problem");
  });

  it("that has not yet read its data: to be waited for", async () => {
    const url = await listen(answers("-LOADING Redis is loading the dataset in memory"));
    const findings = await look(url, patient);
    expect(notOk(findings)).toEqual({ loading: "problem" });
    expect(findings.loading?.remedy).toContain("Wait");
  });

  it("where the URL cannot be understood: an error, without the password", async () => {
    const refusal = (await diagnose("redis://u:hunter2@h/x").catch((error: unknown) => error)) as Error;
    expect(refusal).toMatchObject({ code: "ATTUNE_URL_INVALID" });
    expect(refusal.message).not.toContain("hunter2");
  });
});

interface Answering {
  /** To so many commands. Default: all. */
  readonly count?: number;
  /** And then closes. Default: and then says nothing. */
  readonly close?: boolean;
  readonly delayMs?: number;
}

/** Answers the same to each command. */
function answers(
  answer: string,
  { count = Number.POSITIVE_INFINITY, close = false, delayMs = 0 }: Answering = {},
): (socket: Socket) => void {
  return (socket) => {
    let left = count;
    socket.on("data", () => {
      if (left-- > 0) setTimeout(() => socket.write(`${answer}\r\n`), delayMs);
      else if (close) socket.destroy();
    });
  };
}
