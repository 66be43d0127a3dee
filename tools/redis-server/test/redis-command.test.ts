/** One command, one connection: replies of every kind, errors, passwords, and a server that does not behave. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RedisServer, redisCommand, startRedis } from "../src/index.ts";
import { decodeReply } from "../src/resp.ts";

describe.skipIf(process.env.ATTUNE_TEST_REDIS === "skip")("with a server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  test("nested arrays, nulls and numbers come back as they are", async () => {
    const reply = await server.command("EVAL", "return {1, {'two', false}, redis.error_reply('three')}", 0);
    expect(reply).toEqual([1, ["two", null], expect.any(Error)]);
    expect(String(reply)).toMatch(/three$/);
  });

  test("an error of the server rejects with its text", async () => {
    await expect(server.command("NO-SUCH")).rejects.toThrow(/^ERR unknown command/);
  });

  test("a reply of several megabytes arrives whole", async () => {
    await server.command("SET", "large", "x".repeat(5_000_000));
    expect(String(await server.command("GET", "large")).length).toBe(5_000_000);
  });

  test("password and database of the URL are used", async () => {
    await server.command("CONFIG", "SET", "requirepass", "ge heim");
    try {
      await expect(server.command("PING")).rejects.toThrow(/^NOAUTH/);
      const url = `redis://default:ge%20heim@127.0.0.1:${server.port}/3`;
      expect(await redisCommand(url, ["CLIENT", "INFO"])).toMatch(/ db=3 /);
    } finally {
      await redisCommand(`redis://:ge%20heim@127.0.0.1:${server.port}`, ["CONFIG", "SET", "requirepass", ""]);
    }
  });

  test("a server that hangs up or talks nonsense rejects", async () => {
    const rude = createServer((socket) => {
      socket.once("data", (chunk) =>
        String(chunk).includes("PING") ? socket.end() : socket.end("hello\r\n"),
      );
    }).listen(0, "127.0.0.1");
    await once(rude, "listening");
    const url = `redis://127.0.0.1:${(rude.address() as AddressInfo).port}`;
    await expect(redisCommand(url, ["PING"])).rejects.toThrow(
      /closed the connection before it replied to PING/,
    );
    await expect(redisCommand(url, ["ECHO", "a"])).rejects.toThrow(/not a Redis reply/);
    rude.close();
  });
});

test("a reply cut anywhere is incomplete, never wrong", () => {
  const whole = Buffer.from("*3\r\n$3\r\na\r\n\r\n:12\r\n*-1\r\n");
  for (let length = 0; length < whole.length; length++) {
    expect(decodeReply(whole.subarray(0, length))).toBeUndefined();
  }
  expect(decodeReply(whole)).toEqual({ reply: ["a\r\n", 12, null], end: whole.length });
});
