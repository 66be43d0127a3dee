/** Sends one command over a connection of its own, so that tests can ask and disturb a server without any client library. */
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { decodeReply, encodeCommand, type RedisReply } from "./resp.ts";

export interface RedisCommandOptions {
  /** Milliseconds until the call is rejected and its connection closed. Default 5000. */
  timeoutMs?: number;
}

/**
 * The reply; rejects with the server's error, the connection's, or after the timeout. The URL is
 * redis[s]://[user:password@]host[:port][/database].
 */
export function redisCommand(
  url: string,
  args: (string | number)[],
  { timeoutMs = 5000 }: RedisCommandOptions = {},
): Promise<RedisReply> {
  const target = new URL(url);
  const commands = [...preamble(target), args];
  return new Promise((resolve, reject) => {
    const socket = open(target);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const timer = setTimeout(
      () => fail(new Error(`no reply to ${args[0]} from ${target.host} within ${timeoutMs} ms`)),
      timeoutMs,
    );
    let received = Buffer.alloc(0);
    let position = 0;
    let answered = 0;
    socket.on("error", fail);
    socket.on("close", () =>
      fail(new Error(`${target.host} closed the connection before it replied to ${args[0]}`)),
    );
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      try {
        for (;;) {
          const decoded = decodeReply(received, position);
          if (!decoded) return;
          position = decoded.end;
          answered += 1;
          const { reply } = decoded;
          if (reply instanceof Error) return fail(reply);
          if (answered === commands.length) return settle(() => resolve(reply));
        }
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.write(commands.map(encodeCommand).join(""));
  });
}

function open(target: URL): Socket {
  const address = { host: target.hostname.replace(/^\[|\]$/g, ""), port: Number(target.port || 6379) };
  return target.protocol === "rediss:"
    ? connectTls({ ...address, servername: address.host })
    : connectTcp(address);
}

function preamble(target: URL): string[][] {
  const commands: string[][] = [];
  const [user, password] = [decodeURIComponent(target.username), decodeURIComponent(target.password)];
  if (password) commands.push(user ? ["AUTH", user, password] : ["AUTH", password]);
  const database = target.pathname.slice(1);
  if (database) commands.push(["SELECT", database]);
  return commands;
}
