/** The ACL user of docs/redis-acl.md: exactly the commands that the source uses, and enough for every operation. */

import { readdirSync, readFileSync } from "node:fs";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { Redis as Redis5 } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import type { RedisTransportOptions } from "../src/index.ts";
import { eventually, follow, open, toRequest } from "./opened.ts";
import { useGroups, useMailboxes, useRecords } from "./use-everything.ts";

const document = readFileSync(new URL("../../../docs/redis-acl.md", import.meta.url), "utf8");

/** The line that an operator copies. */
const line = /^ACL SETUSER .*$/m.exec(document)![0];
const documented = [...line.matchAll(/ \+(\S+)/g)].map((match) => match[1]!).sort();

/** What the first table after the line explains, and what the second one adds. */
const [explained, additions] = document
  .split("\n## ")
  .slice(1)
  .map((part) => part.split("\n").filter((row) => /^\| [`]/.test(row)))
  .map((rows) =>
    rows.flatMap((row) =>
      [...row.split(/(?<!\\)\|/)[1]!.matchAll(/`\+?([^`]+)`/g)].map((match) => match[1]!),
    ),
  )
  .map((names) => names.map((name) => name.replace("\\|", "|")).sort()) as [string[], string[]];

/** Names that stand where a command may stand, with the first text after each: the subcommand, if it has any. */
function* callsIn(folder: URL): Generator<[name: string, next: string | undefined]> {
  const patterns: Record<string, RegExp[]> = {
    ".ts": [
      // client.xrangeBuffer(key), readyClient.client("UNBLOCK"), (client as Redis).xadd(key)
      /client(?: as Redis\))?\s*\.(?!call\b|callBuffer\b)(\w+)\(\s*(?:["'](\w+)["'])?/gi,
      // client.callBuffer("XREAD", …), client.call("XREAD", …)
      /\.call(?:Buffer)?\(\s*["'](\w+)["'](?:,\s*["'](\w+)["'])?/g,
      // class XaddCommand extends Command { … super("xadd", …)
      /super\(\s*["'](\w+)["'](), /g,
    ],
    ".lua": [/redis\.p?call\(\s*["'](\w+)["'](?:,\s*["'](\w+)["'])?/g],
  };
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const extension = file.slice(file.lastIndexOf("."));
    if (file.endsWith(".generated.ts")) continue;
    for (const pattern of patterns[extension] ?? []) {
      for (const [, name, next] of readFileSync(new URL(file, folder), "utf8").matchAll(pattern)) {
        yield [name!.toLowerCase().replace(/buffer$/, ""), next?.toLowerCase()];
      }
    }
  }
}

describe.skipIf(inject("redisUrl") === "")("the documented ACL user", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    await server.command(...(line.split(" ") as [string, ...string[]]));
  });
  beforeEach(async () => {
    await server.command("FLUSHALL");
    await server.command("ACL", "LOG", "RESET");
  });
  afterAll(() => server.stop());

  const url = () => server.url.replace("redis://", "redis://attune:PASSWORD@");

  /** What the server refused to this user: commands, keys and channels. */
  async function refusals(): Promise<string[]> {
    const log = (await server.command("ACL", "LOG")) as unknown as string[][];
    return log
      .map((entry) => `${entry[entry.indexOf("reason") + 1]} ${entry[entry.indexOf("object") + 1]}`)
      .filter((refusal) => refusal !== "command client|setinfo");
  }

  it("may run exactly the commands that the source uses", async () => {
    const commands = new Set((await server.command("COMMAND", "LIST")) as unknown as string[]);
    const used = new Set<string>();
    for (const [name, next] of callsIn(new URL("../src/", import.meta.url))) {
      if (!commands.has(name)) continue; // a method of ioredis's that is no command: on, connect, disconnect
      const [info] = (await server.command("COMMAND", "INFO", name)) as unknown as [unknown[]];
      const subcommands = (info[9] as unknown[][]).map(([subcommand]) => subcommand);
      used.add(subcommands.length > 0 ? `${name}|${next}` : name);
    }
    expect([...used].sort()).toEqual(documented);
    // The scan is worth nothing should it find nothing: one of each kind of call.
    expect([...used]).toEqual(
      expect.arrayContaining(["xadd", "xread", "client|unblock", "xinfo|stream", "get"]),
    );
  });

  it("has each right explained in the document", () => {
    expect(explained).toEqual(documented);
  });

  it("is limited to the default prefix and its bell", () => {
    expect(line).toContain(" ~empathy:* ");
    expect(line).toContain(" &empathy:bell:* ");
    expect(line).toContain(" -@all ");
  });

  const clients: [string, () => RedisTransportOptions][] = [
    ["a URL", () => ({ url: url() })],
    ["a client of ioredis 5", () => ({ client: clientOf(Redis5) })],
    ["a client of ioredis 6", () => ({ client: clientOf(Redis6) })],
  ];

  function clientOf<Client extends Redis5 | Redis6>(
    make: new (url: string, options: object) => Client,
  ): Client {
    const client = new make(url(), { lazyConnect: true });
    onTestFinished(() => client.disconnect());
    return client;
  }

  it.each(clients)("can do everything that there is to do, with %s", async (_, options) => {
    const printed = vi.spyOn(console, "warn");
    const { transport, warnings } = await open(options());
    const { streams } = transport;
    const watch = transport.bell.watch(["streams"], () => {});
    await watch.ready;
    const all = follow(transport, { eventTypes: "all", from: "beginning", blockMs: 100 });
    await all.follower.ready;
    const [id] = await streams.append([toRequest("a", 1)]);
    await streams.append([toRequest("b", 2, { idempotencyKey: "k" })]);
    // A stream that is new to the reader interrupts its blocking read.
    const joined = follow(transport, { eventTypes: ["c"], from: "now", blockMs: 5000 });
    await joined.follower.ready;
    await streams.append([toRequest("c", 3)]);
    await eventually(() => expect(joined.values).toEqual([3]));
    await eventually(() => expect([...all.values].sort()).toEqual([1, 2, 3]));
    expect(await streams.states(["a"])).toMatchObject([{ length: 1, added: 1, bytes: expect.any(Number) }]);
    expect(await streams.range({ eventType: "a", count: 9, newestFirst: true })).toMatchObject([{ id }]);
    expect(await streams.range({ eventType: "a", count: 9, newestFirst: false })).toMatchObject([{ id }]);
    expect((await streams.list({ thorough: true })).sort()).toEqual(["a", "b", "c"]);
    await eventually(async () =>
      expect((await streams.list({ thorough: false })).sort()).toEqual(["a", "b", "c"]),
    );
    await server.command("SET", "empathy:events:text", "no stream");
    const mixed = new Map(["a", "text"].map((eventType) => [eventType, "0-0"]));
    expect(await streams.read(mixed, { count: 9, blockMs: 0 })).toMatchObject([{ entries: [{ id }] }]);
    expect(await streams.trim("a", 0)).toBe(1);
    expect(await streams.delete("b")).toBe(true);
    watch.close();
    await useGroups(transport);
    await useMailboxes(transport);
    await useRecords(transport);
    expect(await transport.info()).toMatchObject({
      version: expect.any(String),
      bytes: expect.any(Number),
    });
    await transport.close();
    expect(await refusals()).toEqual([]);
    expect(warnings).toHaveLength(1); // of the key that is no stream
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it.each([
    ["FLUSHALL"],
    ["KEYS", "*"],
    ["CONFIG", "GET", "*"],
    ["ACL", "LIST"],
    ["CLIENT", "LIST"],
    ["CLIENT", "KILL", "TYPE", "normal"],
    ["MONITOR"],
    ["SHUTDOWN"],
    ["SCRIPT", "FLUSH"],
    ["XGROUP", "CREATE", "other:events:a", "g", "$", "MKSTREAM"],
    ["XREADGROUP", "GROUP", "g", "c", "STREAMS", "other", ">"],
    ["GET", "other"],
    ["XADD", "other:events:a", "*", "field", "value"],
    ["XREAD", "STREAMS", "empathy:events:a", "other", "0", "0"],
    ["DEL", "empathy:events:a", "other"],
    ["PUBLISH", "other", ""],
    ["PUBLISH", "empathy:events:a", ""],
    ["SUBSCRIBE", "other"],
    ["EVAL", "return redis.call('GET', 'other')", "0"],
    ["EVAL", "return redis.call('FLUSHALL')", "0"],
  ])("may not %s %s", async (...command) => {
    const client = clientOf(Redis5);
    await client.connect();
    await expect(client.call(command[0]!, ...command.slice(1))).rejects.toThrow(
      /NOPERM|can't run this command|can't access/,
    );
  });

  it.each([
    ["select", (client: Redis5) => client.select(1)],
    ["client|setname", (client: Redis5) => client.client("SETNAME", "mine")],
    ["client|setinfo", (client: Redis5) => client.call("CLIENT", "SETINFO", "LIB-NAME", "x")],
    ["readonly", (client: Redis5) => client.readonly()],
  ] as const)("the addition %s is documented, needed, and enough", async (right, use) => {
    expect(additions).toContain(right);
    const client = clientOf(Redis5);
    await client.connect();
    await expect(use(client)).rejects.toThrow(/NOPERM|unknown subcommand/i);
    const added = await server
      .command("ACL", "SETUSER", "attune", `+${right}`)
      .catch((error: Error) => error);
    if (added instanceof Error) {
      expect(right).toBe("client|setinfo"); // newer than this server
      return;
    }
    // Allowed now; what the server may say besides (READONLY outside a Cluster) is no matter of rights.
    const outcome = await Promise.resolve(use(client)).catch((error: Error) => error.message);
    expect(String(outcome)).not.toContain("NOPERM");
    await server.command("ACL", "SETUSER", "attune", `-${right}`);
  });

  it("documents no addition that is not tested here", () => {
    expect(additions).toEqual(["client|setinfo", "client|setname", "readonly", "select"]);
  });
});
