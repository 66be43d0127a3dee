import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { NumberedEvents } from "./numbered-events.ts";
import { PageClient } from "./page-client.ts";
import { type RunningDashboard, runDashboard } from "./running-dashboard.ts";

async function onMemory(options: Parameters<typeof runDashboard>[0] = {}) {
  const transport = await openTransport(`memory:${randomUUID()}`, { onUnavailable: "throw" });
  onTestFinished(() => transport.close());
  return { transport, dashboard: await runDashboard({ transport, ...options }) };
}

/** The HTTP status with which an upgrade is refused. */
async function refusal(
  dashboard: RunningDashboard,
  headers: Record<string, string>,
): Promise<number | "let in"> {
  const { url } = dashboard;
  const page = new PageClient({ url, token: "", headers });
  onTestFinished(() => void page.terminate());
  return new Promise((resolve, reject) => {
    page.socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode!));
    page.socket.once("open", () => resolve("let in"));
    page.socket.once("error", reject);
  });
}

describe("who is let in", () => {
  const bearer = ({ token }: RunningDashboard) => ({ authorization: `Bearer ${token}` });
  const cookie = ({ url, token }: RunningDashboard) => ({
    authorization: "",
    cookie: `attune_${new URL(url).port}=${token}`,
  });

  test("whoever has the token", async () => {
    const { dashboard } = await onMemory();
    expect(await refusal(dashboard, bearer(dashboard))).toBe("let in");
    expect(await refusal(dashboard, { ...cookie(dashboard), origin: dashboard.url })).toBe("let in");
  });

  test("nobody without a token, or with a wrong one", async () => {
    const { dashboard } = await onMemory();
    expect(await refusal(dashboard, { authorization: "" })).toBe(401);
    expect(await refusal(dashboard, { authorization: "Bearer wrong-wrong-wrong-wrong" })).toBe(401);
    const { port } = new URL(dashboard.url);
    const wrong = { authorization: "", cookie: `attune_${port}=wrong-wrong-wrong`, origin: dashboard.url };
    expect(await refusal(dashboard, wrong)).toBe(401);
  });

  test("no page of another origin, whatever it has", async () => {
    const { dashboard } = await onMemory();
    const { port } = new URL(dashboard.url);
    for (const origin of [
      "https://evil.example",
      "null",
      `http://127.0.0.1:${Number(port) + 1}`,
      "file://",
    ]) {
      expect(await refusal(dashboard, { ...cookie(dashboard), origin }), origin).toBe(403);
      expect(await refusal(dashboard, { ...bearer(dashboard), origin }), origin).toBe(403);
    }
  });

  test("no cookie without an Origin", async () => {
    const { dashboard } = await onMemory();
    expect(await refusal(dashboard, cookie(dashboard))).toBe(403);
  });

  test("nobody under another host name: that may have been made to point here", async () => {
    const { dashboard } = await onMemory();
    const { port } = new URL(dashboard.url);
    for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`])
      expect(await refusal(dashboard, { ...bearer(dashboard), host }), host).toBe(421);
  });
});

describe("what a page may say", () => {
  test.each([
    ["no JSON", "hello"],
    ["JSON of another shape", '{"kind":"hello","more":1}'],
    ["another kind", '{"kind":"goodbye"}'],
    ["no object", "[]"],
    [
      "a position that is none",
      '{"kind":"hello","resume":{"server":"x","positions":[{"eventType":"a","id":"x","ordinal":null}]}}',
    ],
    [
      "a type twice",
      `{"kind":"hello","resume":{"server":"x","positions":[${Array(2).fill('{"eventType":"a","id":"1-0","ordinal":null}')}]}}`,
    ],
    ["something else before the hello", '{"kind":"ping"}'],
  ])("is a hello: %s ends it", async (_what, message) => {
    const { dashboard } = await onMemory();
    const page = await dashboard.connect({ hello: false });
    page.say(message);
    expect(await page.closed).toMatchObject({ code: 4002 });
  });

  test("is text: bytes end it", async () => {
    const { dashboard } = await onMemory();
    const page = await dashboard.connect({ hello: false });
    page.socket.send(Buffer.from('{"kind":"hello"}'), { binary: true });
    expect(await page.closed).toMatchObject({ code: 4002 });
  });

  test("is said once: a second hello ends it", async () => {
    const { dashboard } = await onMemory();
    const page = await dashboard.connect();
    await page.told();
    page.say({ kind: "hello" });
    expect(await page.closed).toMatchObject({ code: 4002 });
  });

  test("is at most 1 MiB: one byte more ends it", async () => {
    const { dashboard } = await onMemory();
    const fits = await dashboard.connect({ hello: false });
    const hello = '{"kind":"hello"}';
    fits.say(hello + " ".repeat(1024 * 1024 - hello.length));
    await fits.told();
    const page = await dashboard.connect({ hello: false });
    page.say(hello + " ".repeat(1024 * 1024 - hello.length + 1));
    expect(await page.closed).toMatchObject({ code: 1009 });
    expect(page.messages).toEqual([]);
  });

  test("is at most 50 messages in 10 seconds, pings of its socket among them", async () => {
    const { dashboard } = await onMemory();
    const page = await dashboard.connect();
    await page.told();
    for (let n = 0; n < 49; n++) page.say({ kind: "ping" });
    await until(
      "each is answered",
      () => page.messages.filter(({ kind }) => String(kind) === "pong").length === 49,
    );
    expect(page.isClosed).toBe(false);
    page.say({ kind: "ping" });
    expect(await page.closed).toMatchObject({ code: 4029 });
    const other = await dashboard.connect();
    for (let n = 0; n < 60; n++) other.socket.ping();
    expect(await other.closed).toMatchObject({ code: 4029 });
  });
});

describe("a page that says nothing", () => {
  test("is told to go, and one that does not answer is left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { dashboard } = await onMemory();
    const waiting = (what: string, condition: () => boolean) =>
      vi.waitFor(() => expect(condition(), what).toBe(true), { timeout: 10_000, interval: 5 });
    const silent = await dashboard.connect({ hello: false });
    const answering = await dashboard.connect();
    await waiting("a snapshot", () => answering.messages.length > 0);
    const dead = await dashboard.connect();
    await waiting("a snapshot", () => dead.messages.length > 0);
    dead.socket.pong = () => {}; // what ws answers a ping with
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await silent.closed).code).toBe(4002);
    let pings = 0;
    answering.socket.on("ping", () => (pings += 1));
    dead.socket.pause();
    await vi.advanceTimersByTimeAsync(20_500);
    await waiting("a ping", () => pings === 1);
    await vi.advanceTimersByTimeAsync(10_500);
    dead.socket.resume();
    expect((await dead.closed).code).toBe(1006);
    expect(answering.isClosed).toBe(false);
    vi.useRealTimers();
    await until("it is counted", async () => (await dashboard.get("/api/health")).status === 200);
  });
});

describe("a page that does not take what it is told", () => {
  test("is dropped, costs no more than its buffer, hears why, and is whole again when it comes back", async () => {
    const { transport, dashboard } = await onMemory();
    const streamer = new EventStreamer({ transport, maxLength: 100_000 });
    const slow = await dashboard.connect();
    await slow.told();
    const quick = await dashboard.connect();
    await quick.told();
    const { _socket: socket } = slow.socket as unknown as { readonly _socket: Socket };
    socket.pause();
    const text = "x".repeat(3900);
    let sent = 0;
    const isDropped = async () =>
      (await dashboard.get("/metrics")).text.includes("attune_dashboard_clients_dropped_total 1");
    while (sent < 20_000 && !(await isDropped())) {
      await streamer.publishEvents(
        Array.from({ length: 200 }, () => ({ eventType: "big", data: { n: sent++, text } })),
      );
      await quick.until("the other page is shown them", ({ events }) => events.length === sent);
    }
    // What lies in the systems' own buffers comes on top.
    expect(sent * text.length).toBeLessThan(40 * 1024 * 1024);
    expect(quick.isClosed).toBe(false);
    socket.resume();
    expect((await slow.closed).code).toBe(4008);
    const { memory } = slow;
    expect(memory.events.length).toBeLessThan(sent);
    const back = await dashboard.connect({ memory });
    expect((await back.told()).resumed).toBe(true);
    const numbers = memory.events.map(({ data }) => (data as { readonly n: number }).n);
    expect(numbers).toEqual(Array.from({ length: sent }, (_, n) => n));
  });
});

describe("as many pages as may be", () => {
  test("are served; of a thousand that come at once the rest is refused, and all is released after", async () => {
    const { transport, dashboard } = await onMemory({ maxClients: 100 });
    const numbered = new NumberedEvents(transport, ["a"]);
    const { url, token } = dashboard;
    const pages = Array.from({ length: 1000 }, () => new PageClient({ url, token }));
    onTestFinished(() => pages.forEach((page) => void page.terminate()));
    const outcomes = await Promise.all(
      pages.map(async (page) => {
        const refused = new Promise<number>((resolve) =>
          page.socket.once("unexpected-response", (_request, response) => resolve(response.statusCode!)),
        );
        const told = page.opened.then(() => Promise.race([page.told(20_000), page.closed]));
        return Promise.race([refused, told.then((what) => ("code" in what ? what.code : "served"))]);
      }),
    );
    const count = (outcome: number | string) => outcomes.filter((each) => each === outcome).length;
    expect(count("served")).toBe(100);
    expect(count(503) + count(4013)).toBe(900);
    expect((await dashboard.get("/api/health")).status).toBe(200);
    await numbered.publish(10);
    const served = pages.filter(({ memory }) => memory.snapshots.length > 0);
    for (const page of served) await page.until("all are shown", ({ events }) => events.length === 10);
    for (const page of pages) page.terminate();
    await until("all are released", async () => {
      const again = await dashboard.connect().catch(() => undefined);
      if (!again) return false;
      await again.told();
      again.terminate();
      return true;
    });
    const last = await dashboard.connect();
    await last.until("only it is left", ({ parts }) => parts.health?.clients.connected === 1);
  });
});
