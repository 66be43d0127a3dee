/** Too many requests, too large ones, and bodies that are none. */
import { connect, type Socket } from "node:net";
import { until } from "@attune-tools/every-store";
import fastify from "fastify";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { addRequestLimit } from "../../src/server/security/request-limit.ts";
import { codeOf, rawRequest } from "./raw-request.ts";
import { dashboardOnMemory, isOpen, withRequest } from "./threatened.ts";

describe("too much", () => {
  it("a body of 1 MiB + 1 byte is refused, one of 1 MiB is read", async () => {
    const { dashboard, path, state } = await withRequest();
    const body = (bytes: number) => `{"reason":"${"x".repeat(bytes - 13)}"}`;
    const send = (text: string) =>
      fetch(`${dashboard.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${dashboard.token}`, "content-type": "application/json" },
        body: text,
      });
    const refused = await send(body(1024 * 1024 + 1));
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      413,
      "BODY_TOO_LARGE",
    ]);
    const read = await send(body(1024 * 1024));
    expect([read.status, ((await read.json()) as { error: { code: string } }).error.code]).toEqual([
      400,
      "REQUEST_INVALID",
    ]);
    expect(await state()).toBe("pending");
  });

  it("of a flood of requests a thousand are answered, and the others told when to come back; strangers cannot use up what those with the token may send", async () => {
    const { dashboard, bearer, cookie } = await dashboardOnMemory();
    // However long it takes: all of it comes within the time that is counted together.
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    /** How many were answered with which status, of 1100. */
    const flood = async (headersOf: (at: number) => Record<string, string>) => {
      const counts: Record<number, number> = {};
      const some = async (first: number) => {
        for (let at = first; at < first + 110; at++) {
          const { status } = await fetch(`${dashboard.url}/api/alerts`, { headers: headersOf(at) });
          counts[status] = (counts[status] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, each) => some(each * 110)));
      return counts;
    };
    const guess: Record<string, string> = { authorization: "Bearer guess" };
    const neighbour: Record<string, string> = { ...cookie, "sec-fetch-site": "same-site" };
    const strangers = await flood((at) => (at % 2 === 0 ? guess : neighbour));
    expect(strangers[429]).toBe(100);
    expect(strangers[401]! + strangers[403]!).toBe(1000);
    expect(await flood(() => bearer)).toEqual({ 200: 1000, 429: 100 });
    const answer = await rawRequest(dashboard, { headers: bearer });
    expect([answer.status, codeOf(answer)]).toEqual([429, "TOO_MANY_REQUESTS"]);
    expect(answer.headers["retry-after"]).toBe("10");
    vi.setSystemTime(Date.now() + 10_000);
    await isOpen(dashboard);
  });
});

it("who is gone before the request is counted leaves no failure behind", async () => {
  const server = fastify();
  onTestFinished(() => server.close());
  const failures: unknown[] = [];
  server.setErrorHandler((error) => void failures.push(error));
  server.addHook("onRequest", async ({ raw }) => void raw.socket.destroy());
  await addRequestLimit(server, () => false);
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  for (let time = 0; time < 5; time++) await expect(fetch(url)).rejects.toThrow();
  expect(failures).toEqual([]);
});

it("more connections than a thousand beside those of the pages are not taken", async () => {
  const { dashboard, port } = await dashboardOnMemory({ maxClients: 1 });
  let open = 0;
  let refused = 0;
  const sockets: Socket[] = [];
  // Not all at once: a system drops what comes faster than it can be taken, and tries again only after seconds.
  while (sockets.length < 1050) {
    const opened = open + refused;
    for (let n = 0; n < 50; n++) {
      const socket = connect(Number(port), "127.0.0.1");
      sockets.push(socket);
      socket
        .on("error", () => {})
        .on("connect", () => open++)
        .on("close", () => refused++)
        .resume();
    }
    await until("fifty more are open, or hung up on", () => open + refused >= opened + 50, 20_000);
  }
  await until("the rest is hung up on", () => refused >= 49, 20_000);
  expect(refused).toBeLessThan(60);
  for (const socket of sockets) socket.destroy();
  await until("there is room again", async () => {
    const answer = await dashboard.get("/api/health").catch(() => undefined);
    return answer?.status === 200;
  });
});

describe("bodies that are none", () => {
  it.each([
    ["__proto__", '{"__proto__":{"readOnly":false},"reason":"x"}', "BODY_INVALID"],
    ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}', "BODY_INVALID"],
    ["a field too many", '{"reason":"x","approved":true}', "REQUEST_INVALID"],
    ["a wrong type", '{"reason":1}', "REQUEST_INVALID"],
    ["an array", "[]", "REQUEST_INVALID"],
    ["null", "null", "REQUEST_INVALID"],
    ["nothing", "", "BODY_INVALID"],
    ["half of one", '{"reason":', "BODY_INVALID"],
    ["a wrong digest", '{"digest":"../"}', "REQUEST_INVALID"],
    ["nobody as the responder", '{"responder":"system"}', "ATTUNE_ARGUMENT_INVALID"],
    ["a reason beyond its bound", `{"reason":"${"é".repeat(2049)}"}`, "REQUEST_INVALID"],
  ])("%s", async (_, body, code) => {
    const { dashboard, bearer, path, state } = await withRequest();
    const headers = { ...bearer, "content-type": "application/json" };
    const answer = await rawRequest(dashboard, { method: "POST", path, headers, body });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await state()).toBe("pending");
    expect({}).not.toHaveProperty("readOnly");
  });
});
