/** Takes that are undone or asked for again: nothing is lost, and everything keeps its place. */
import type { Transport } from "@attune/transport";
import { withDegradation } from "@attune/transport";
import { type FaultyProxy, startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, open, toPost } from "./opened.ts";

const one = { anyOf: [{}], count: 1 };

describe.skipIf(inject("redisUrl") === "")("receipts on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  /** A transport of its own behind a proxy of its own, and one that nothing happens to. */
  async function two(operationTimeoutMs: number) {
    const proxy: FaultyProxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url(), operationTimeoutMs });
    const { transport: other } = await open({ url: server.url });
    return { proxy, transport, other };
  }

  const pending = async ({ mailboxes }: Transport, agent = "x") =>
    (await mailboxes.list({ agent, selector: {}, count: 100_000 })).map(({ id }) => id);

  const receiptKey = (receipt: string) => `empathy:mailbox:{x}:receipt:${receipt}`;

  /** False: the connection was given up, since this process, or the machine, stood still for too long. */
  async function lateTakeStaysUndone(): Promise<boolean> {
    await server.command("FLUSHALL");
    await server.command("SLOWLOG", "RESET");
    const { proxy, transport, other } = await two(2000);
    let away = false;
    transport.onStatus((status) => {
      away ||= status === "unavailable";
    });
    await pending(transport); // has read the broadcasts: it will not read again before it takes
    await other.mailboxes.post(toPost("broadcast", { target: null }));
    await other.mailboxes.post(toPost("message"));
    const logFrom = (us: number, entries: number) =>
      server.command("CONFIG", "SET", "slowlog-log-slower-than", us, "slowlog-max-len", entries);
    await logFrom(0, 10_000);
    onTestFinished(() => void logFrom(10_000, 128));
    const commandsOfTake = async () => {
      const log = (await server.command("SLOWLOG", "GET", 10_000)) as unknown as [0, 0, 0, string[]][];
      const scripts = log.filter(([, , , [name]]) => name!.startsWith("eval"));
      return scripts.filter(([, , , command]) => command.includes(receiptKey("late"))).length;
    };
    // The connection is not silent while others are answered on it: for half of the time that an operation may take, at most.
    proxy.delay(900);
    const others = setInterval(() => transport.records.count("others").catch(() => {}), 15);
    onTestFinished(() => clearInterval(others));
    const answered = proxy.counters.replies;
    await eventually(() => expect(proxy.counters.replies).toBeGreaterThan(answered + 5));
    proxy.delay(1040);
    const { accepted } = proxy.counters;
    const take = transport.mailboxes.take({ agent: "x", wanted: one, receipt: "late" });
    await expect(take).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    // The take; its undoing by the transport; its undoing by the take itself, which finds that it missed the broadcast,
    // and the take once more.
    await eventually(async () => expect(away || (await commandsOfTake()) === 4).toBe(true));
    clearInterval(others);
    if (away) return false;
    expect(proxy.counters.accepted).toBe(accepted);
    expect(await server.command("GET", receiptKey("late"))).toBe("restored");
    expect(await pending(other)).toEqual(["broadcast", "message"]);
    return true;
  }

  it("a late take that had missed a broadcast stays undone", async () => {
    while (!(await lateTakeStaysUndone()));
  }, 90_000);

  it("a take whose answer was lost gives an earlier broadcast first when it is asked for again", async () => {
    const { proxy, transport, other } = await two(4000);
    await pending(transport);
    await other.mailboxes.post(toPost("broadcast", { target: null }));
    await other.mailboxes.post(toPost("message"));
    let takes = 0;
    proxy.dropReplies({ every: 1, match: (request) => request.includes(receiptKey("r1")) && takes++ === 0 });
    const taken = await transport.mailboxes.take({ agent: "x", wanted: one, receipt: "r1" });
    expect(proxy.counters.repliesDropped).toBe(1);
    expect(taken.map(({ id }) => id)).toEqual(["broadcast"]);
    const next = await transport.mailboxes.take({ agent: "x", wanted: one, receipt: "r2" });
    expect(next.map(({ id }) => id)).toEqual(["message"]);
    expect(await pending(other)).toEqual([]);
  });

  it.each(["first", "picked"])(
    "1000 messages that were %s among 11,000 come back to their places",
    async (how) => {
      const { transport } = await open({ url: server.url, operationTimeoutMs: 20_000 });
      const ids = Array.from({ length: 11_000 }, (_, n) => `m${n}`);
      await Promise.all(
        ids.map((id, n) => transport.mailboxes.post(toPost(id, { source: n % 11 === 3 ? "picked" : "s" }))),
      );
      const selector = how === "first" ? {} : { source: "picked" };
      const wanted = { anyOf: [selector], count: 1000 };
      expect(await transport.mailboxes.take({ agent: "x", wanted, receipt: "r" })).toHaveLength(1000);
      expect(await pending(transport)).toHaveLength(10_000);
      await transport.mailboxes.restore("x", "r");
      expect(await pending(transport)).toEqual(ids);
      // Counted rightly, too: a mailbox for one more takes one more.
      const maxPending = ids.length + 1;
      expect(await transport.mailboxes.post(toPost("fits", { maxPending }))).toBe("posted");
      expect(await transport.mailboxes.post(toPost("too-many", { maxPending }))).toBe("full");
    },
    30_000,
  );

  it.each([false, true])(
    "a restoring during an outage is made up for when the store is back (degraded: %s)",
    async (degraded) => {
      const { proxy, transport: bare, other } = await two(1000);
      const transport = degraded ? withDegradation(bare, { component: "Test" }) : bare;
      await other.mailboxes.post(toPost("message"));
      await other.mailboxes.post(toPost("broadcast", { target: null }));
      const wanted = { anyOf: [{}], count: 2 };
      expect(await transport.mailboxes.take({ agent: "x", wanted, receipt: "r" })).toHaveLength(2);
      proxy.refuse();
      proxy.cutAll();
      await eventually(() => expect(transport.status).toBe("unavailable"));
      const restored = transport.mailboxes.restore("x", "r");
      if (degraded) await restored;
      else await expect(restored).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
      expect(await pending(other)).toEqual([]);
      await proxy.accept();
      await eventually(async () => expect(await pending(other)).toEqual(["message", "broadcast"]));
    },
    10_000,
  );
});
