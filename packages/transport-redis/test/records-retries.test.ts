/** Puts whose answer was lost: carried out once, and never to the harm of who came after. */
import type { PutRequest } from "@attune/transport";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, open } from "./opened.ts";

const put = { bucket: "b", key: "k", leaseMs: 60_000, keepMs: 60_000 };

describe.skipIf(inject("redisUrl") === "")("puts that are sent again", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  const keys = async () => (await server.command("KEYS", "*")) as unknown as string[];

  /**
   * Puts; the server carries it out, but its answer is lost and it cannot be reached any more. What `meanwhile` does
   * happens before it can be reached again.
   */
  async function putWithLostAnswer(request: PutRequest, operationTimeoutMs: number) {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url(), operationTimeoutMs });
    const { transport: other } = await open({ url: server.url });
    proxy.dropReplies({
      every: 1,
      match: (command) => {
        if (!command.includes("written:")) return false;
        proxy.refuse();
        return true;
      },
    });
    const outcome = transport.records.put(request);
    outcome.catch(() => {}); // looked at by the test
    await eventually(() => expect(proxy.counters.repliesDropped).toBe(1));
    const back = async () => {
      proxy.dropReplies(null);
      await proxy.accept();
    };
    return { transport, other, outcome, back };
  }

  it("a put without a condition is carried out once, and what another wrote meanwhile stays", async () => {
    const mine = { ...put, value: "mine" };
    const { other, outcome, back } = await putWithLostAnswer(mine, 5000);
    expect(await other.records.get("b", ["k"])).toMatchObject([{ value: "mine", version: 1 }]);
    expect(await other.records.put({ ...put, value: "theirs" })).toMatchObject({ stored: true, version: 2 });
    await back();
    expect(await outcome).toEqual({ stored: true, version: 1, incarnation: 0 });
    expect(await other.records.get("b", ["k"])).toMatchObject([{ value: "theirs", version: 2 }]);
  }, 10_000);

  it.each([{ absent: true }, { version: 1 }] as const)(
    "a put with the condition %j is told that it was stored, although it has changed that condition itself",
    async (condition) => {
      const { transport: before } = await open({ url: server.url });
      if ("version" in condition) await before.records.put({ ...put, value: "first" });
      const { other, outcome, back } = await putWithLostAnswer({ ...put, value: "mine", condition }, 5000);
      const version = "version" in condition ? 2 : 1;
      await back();
      expect(await outcome).toEqual({ stored: true, version, incarnation: 0 });
      expect(await other.records.get("b", ["k"])).toMatchObject([{ value: "mine", version }]);
    },
    10_000,
  );

  it("a holder who did not hear that it holds keeps its incarnation while nobody newer comes", async () => {
    const mine = { ...put, value: "mine", condition: { holder: "old" } };
    const { other, outcome, back } = await putWithLostAnswer(mine, 5000);
    const [held] = await other.records.get("b", ["k"]);
    await back();
    expect(await outcome).toMatchObject({ stored: true, incarnation: held!.incarnation });
  }, 10_000);

  it("a holder who did not hear that it holds does not fence the one that came after", async () => {
    const mine = { ...put, value: "mine", condition: { holder: "old" } };
    const { other, outcome, back } = await putWithLostAnswer(mine, 5000);
    const theirs = { ...put, value: "theirs", condition: { holder: "new" } };
    const newer = await other.records.put(theirs);
    if (!newer.stored) throw new Error("a new holder is never refused");
    await back();
    expect(await outcome).toMatchObject({
      stored: false,
      reason: "condition",
      current: { value: "theirs", version: newer.version, incarnation: newer.incarnation },
    });
    const { incarnation } = newer;
    expect(await other.records.put({ ...theirs, condition: { holder: "new", incarnation } })).toMatchObject({
      stored: true,
      incarnation,
    });
  }, 10_000);

  it("nor when its first call gave up and it tries again later", async () => {
    const mine = { ...put, value: "mine", condition: { holder: "old" } };
    const { transport, other, outcome, back } = await putWithLostAnswer(mine, 3000);
    await expect(outcome).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    const newer = await other.records.put({ ...put, value: "theirs", condition: { holder: "new" } });
    if (!newer.stored) throw new Error("a new holder is never refused");
    await back();
    await eventually(() => expect(transport.status).toBe("available"));
    const { incarnation } = newer;
    expect(await transport.records.put(mine)).toMatchObject({ stored: false, current: { incarnation } });
    const condition = { holder: "new", incarnation };
    expect(await other.records.put({ ...put, value: "still", condition })).toMatchObject({ stored: true });
  }, 10_000);

  it("a put that was refused leaves nothing that would stay for ever", async () => {
    const { transport } = await open({ url: server.url });
    const { records } = transport;
    expect(await records.put({ ...put, value: "v", condition: { version: 3 } })).toMatchObject({
      stored: false,
    });
    const claim = { bucket: "b", claimer: "c", holdMs: 1000, count: 9, gapMs: 1000 };
    expect(await records.claimExpired(claim)).toEqual([]);
    expect(await keys()).toEqual([]);

    await records.put({ ...put, value: "v", visible: "v", condition: { holder: "new" } });
    const old = { holder: "old", incarnation: 1 };
    for (const condition of [{ version: 3 }, { absent: true } as const, old]) {
      const request = { ...put, value: "v", visible: "v", announce: true, condition };
      expect(await records.put(request)).toMatchObject({ stored: false });
    }
    for (const key of await keys()) expect(await server.command("PTTL", key), key).toBeGreaterThan(0);
  });
});
