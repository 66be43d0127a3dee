/** Every fault, seen by a plain client of a plain echo server. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FaultyProxy, startProxy } from "../src/index.ts";

/** An echo server that keeps what it received. */
async function echoServer() {
  let received = "";
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => sockets.delete(socket)); // resets are what these tests are about
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => socket.end());
    socket.on("data", (chunk) => {
      received += String(chunk);
      if (socket.writable) socket.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    target: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
    received: () => received,
    sockets,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A client that keeps what happened to it. */
async function client(port: number, options: { allowHalfOpen?: boolean } = {}) {
  const socket = connect({ port, host: "127.0.0.1", ...options });
  const seen = { replies: "", ended: false, closed: false, error: "" };
  socket.on("data", (chunk) => {
    seen.replies += String(chunk);
  });
  socket.on("end", () => {
    seen.ended = true;
  });
  socket.on("close", () => {
    seen.closed = true;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    seen.error = error.code ?? error.message;
  });
  clients.push(socket);
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  return {
    seen,
    socket,
    async ask(text: string) {
      const expected = seen.replies + text;
      socket.write(text);
      await eventually(() => expect(seen.replies).toBe(expected));
    },
  };
}

/** Waits until it is so; a fault takes a few turns of the event loop to reach everybody, and the machine may stand still. */
const eventually = (check: () => void) => vi.waitFor(check, { interval: 2, timeout: 15_000 });
/** Long enough on loopback for anything that could come to have come. */
const aWhile = () => sleep(40);

const clients: Socket[] = [];
let echo: Awaited<ReturnType<typeof echoServer>>;
let proxy: FaultyProxy;
beforeEach(async () => {
  echo = await echoServer();
  proxy = await startProxy({ target: echo.target });
});
afterEach(async () => {
  for (const socket of clients.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

test("without faults everything passes, is counted, and closing is passed on", async () => {
  const one = await client(proxy.port);
  const two = await client(proxy.port);
  await one.ask("hello");
  await two.ask("x".repeat(300_000));
  expect(proxy.connections).toBe(2);
  expect(proxy.counters).toMatchObject({ accepted: 2, bytesToServer: 300_005, bytesToClient: 300_005 });
  expect(proxy.url()).toBe(`redis://127.0.0.1:${proxy.port}`);
  expect(proxy.url("tcp")).toBe(`tcp://127.0.0.1:${proxy.port}`);
  one.socket.end();
  two.socket.resetAndDestroy();
  await eventually(() => expect(proxy.connections).toBe(0));
  await eventually(() => expect(echo.sockets.size).toBe(0));
});

test("the server's own closing and its absence reach the client", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  for (const socket of echo.sockets) socket.destroy();
  await eventually(() => expect(one.seen.closed).toBe(true));
  echo.close();
  const two = await client(proxy.port);
  await eventually(() => expect(two.seen.error).toBe("ECONNRESET"));
  expect(proxy.counters.targetFailures).toBe(1);
});

describe("dropReplies", () => {
  test("every third request arrives but its reply is lost with the connection", async () => {
    proxy.dropReplies({ every: 3 });
    const one = await client(proxy.port);
    await one.ask("1");
    await one.ask("2");
    one.socket.write("3");
    await eventually(() => expect(one.seen.closed).toBe(true));
    expect(one.seen.replies).toBe("12");
    expect(echo.received()).toBe("123");
    expect(proxy.counters.repliesDropped).toBe(1);
    const two = await client(proxy.port);
    await two.ask("4");
  });

  test("with match only the replies to such requests count", async () => {
    proxy.dropReplies({ every: 1, match: (request) => /xadd/i.test(request) });
    const one = await client(proxy.port);
    await one.ask("GET");
    await one.ask("PING");
    one.socket.write("XADD");
    await eventually(() => expect(one.seen.closed).toBe(true));
    expect(one.seen.replies).toBe("GETPING");
    expect(echo.received()).toBe("GETPINGXADD");
    proxy.dropReplies(null);
    await (await client(proxy.port)).ask("XADD");
  });

  test("a share that makes no sense is refused", () => {
    expect(() => proxy.dropReplies({ every: 0 })).toThrow(RangeError);
    expect(() => proxy.dropReplies({ every: 0.5 })).toThrow(RangeError);
  });
});

describe("goSilent", () => {
  test("connections stay open, new ones are made, nothing passes; drop leaves them mute", async () => {
    const old = await client(proxy.port);
    await old.ask("a");
    proxy.goSilent();
    const fresh = await client(proxy.port);
    old.socket.write("b");
    fresh.socket.write("c");
    await aWhile();
    expect(echo.received()).toBe("a");
    for (const { seen } of [old, fresh]) expect(seen).toMatchObject({ closed: false, ended: false });

    proxy.speak({ held: "drop" });
    old.socket.write("d");
    fresh.socket.write("e");
    const later = await client(proxy.port);
    await later.ask("f");
    await aWhile();
    expect(echo.received()).toBe("af");
    expect(old.seen).toMatchObject({ replies: "a", closed: false, error: "" });
    expect(fresh.seen).toMatchObject({ replies: "", closed: false, error: "" });
    expect(proxy.cutAll()).toBe(3);
  });

  test("deliver lets through what was held, in order", async () => {
    const one = await client(proxy.port);
    await one.ask("a");
    proxy.goSilent();
    one.socket.write("b");
    await aWhile();
    one.socket.write("c");
    await aWhile();
    proxy.speak({ held: "deliver" });
    one.socket.write("d");
    await eventually(() => expect(one.seen.replies).toBe("abcd"));
    expect(echo.received()).toBe("abcd");
  });

  test("who closes meanwhile is gone for the other side only when the silence ends", async () => {
    const ending = await client(proxy.port);
    const resetting = await client(proxy.port);
    await ending.ask("a");
    await resetting.ask("b");
    proxy.goSilent();
    ending.socket.end();
    resetting.socket.resetAndDestroy();
    await aWhile();
    expect(echo.sockets.size).toBe(2);
    proxy.speak({ held: "deliver" });
    await eventually(() => expect(echo.sockets.size).toBe(0));
    await eventually(() => expect(proxy.connections).toBe(0));
  });

  test("a reset of the server's process is not heard either", async () => {
    const one = await client(proxy.port);
    await one.ask("a");
    proxy.goSilent();
    for (const socket of echo.sockets) socket.resetAndDestroy();
    await aWhile();
    expect(one.seen).toMatchObject({ ended: false, closed: false, error: "" });
  });
});

test("delay holds back both directions and keeps the order, also when it is taken back", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  proxy.delay(30);
  const before = performance.now();
  one.socket.write("b");
  await eventually(() => expect(proxy.counters.requests).toBe(2));
  proxy.delay(0);
  one.socket.write("c");
  await eventually(() => expect(one.seen.replies).toBe("abc"));
  expect(performance.now() - before).toBeGreaterThan(28);
  proxy.delay(20);
  const second = performance.now();
  await one.ask("d");
  expect(performance.now() - second).toBeGreaterThan(38);
});

test("halfClose ends the client's reading side only", async () => {
  const one = await client(proxy.port, { allowHalfOpen: true });
  await one.ask("a");
  proxy.halfClose();
  await eventually(() => expect(one.seen.ended).toBe(true));
  one.socket.write("b");
  await eventually(() => expect(echo.received()).toBe("ab"));
  expect(one.seen).toMatchObject({ replies: "a", closed: false });
  one.socket.end();
  await eventually(() => expect(proxy.connections).toBe(0));
});

test("cutAll resets both sides, and new connections work", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  expect(proxy.cutAll()).toBe(1);
  await eventually(() => expect(one.seen).toMatchObject({ closed: true, error: "ECONNRESET" }));
  await eventually(() => expect(echo.sockets.size).toBe(0));
  expect(proxy.counters.cut).toBe(1);
  await (await client(proxy.port)).ask("b");
});

test("refuse turns new connections away and leaves the old ones, accept is on the same port", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  proxy.refuse();
  const two = await client(proxy.port);
  expect(two.seen.error).toBe("ECONNREFUSED");
  await one.ask("b");
  await proxy.accept();
  await proxy.accept();
  await (await client(proxy.port)).ask("c");
});

test("heal ends every fault at once", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  proxy.dropReplies({ every: 1 });
  proxy.delay(10_000);
  proxy.goSilent();
  proxy.refuse();
  await proxy.heal();
  const two = await client(proxy.port);
  const before = performance.now();
  await two.ask("b");
  expect(performance.now() - before).toBeLessThan(10_000);
});

test("close takes every connection along, in any state, and twice is fine", async () => {
  const one = await client(proxy.port);
  await one.ask("a");
  proxy.goSilent();
  await proxy.close();
  await proxy.close();
  await eventually(() => expect(one.seen.closed).toBe(true));
  expect((await client(proxy.port)).seen.error).toBe("ECONNREFUSED");
  expect(proxy.connections).toBe(0);
});
