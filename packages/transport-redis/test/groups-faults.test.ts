/** Calls of groups whose answer was lost: what was delivered is not lost, and nothing is counted or done twice. */
import type { Delivery, GroupStore } from "@attune/transport";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { sources } from "../src/scripts.generated.ts";
import type { ScriptName } from "../src/scripts.ts";
import { eventually, open, toRequest } from "./opened.ts";

const who = { eventTypes: ["a"], group: "g", consumer: "c", count: 99 };
const group = { eventType: "a", group: "g" };
const unavailable = { code: "ATTUNE_TRANSPORT_UNAVAILABLE" };

describe.skipIf(inject("redisUrl") === "")("groups whose answers are lost", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  /** A group with five entries; a transport behind a proxy of its own, and one that nothing happens to. */
  async function setUp() {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url(), operationTimeoutMs: 4000 });
    const { transport: other } = await open({ url: server.url });
    await other.groups.create({ ...group, from: "beginning" });
    await other.streams.append([1, 2, 3, 4, 5].map((n) => toRequest("a", n)));
    /** Loses the answer to the next request with this text, and all its repetitions if there are any. */
    const loseAnswer = (text: string, { always = false } = {}) => {
      let lost = 0;
      proxy.dropReplies({ every: 1, match: (request) => request.includes(text) && (always || lost++ === 0) });
    };
    const back = () => eventually(() => expect(transport.status).toBe("available"));
    return { proxy, loseAnswer, back, groups: transport.groups, other: other.groups, streams: other.streams };
  }

  /** On a new connection a script is sent with its source. */
  const sourceLine = (name: ScriptName) => sources[name].slice(0, 60);

  const toEntries = (deliveries: readonly Delivery[]) =>
    deliveries.map(({ entry, token }) => ({ id: entry.id, token }));

  const readAll = async (store: GroupStore) => (await store.read(who))[0]!.deliveries;

  it("a read is not sent again, and what it delivered is claimed from its consumer", async () => {
    const { proxy, loseAnswer, back, groups, other } = await setUp();
    loseAnswer("XREADGROUP");
    await expect(groups.read(who)).rejects.toMatchObject(unavailable);
    expect(proxy.counters.repliesDropped).toBe(1);
    await back();
    expect(await readAll(groups)).toEqual([]);
    const pending = await other.pending({ ...group, count: 9 });
    expect(pending).toMatchObject(pending.map(() => ({ consumer: "c", deliveries: 1 })));
    expect(pending).toHaveLength(5);
    const [claimed] = await groups.claim({ ...who, minIdleMs: 0 });
    expect(claimed!.deliveries.map(({ deliveries }) => deliveries)).toEqual([2, 2, 2, 2, 2]);
  }, 15_000);

  it("a claim is not sent again: one delivery more is counted, and no other", async () => {
    const { loseAnswer, back, groups, other } = await setUp();
    await readAll(groups);
    loseAnswer(sourceLine("claim-entries"));
    await expect(groups.claim({ ...who, consumer: "d", minIdleMs: 0 })).rejects.toMatchObject(unavailable);
    await back();
    const pending = await other.pending({ ...group, count: 9 });
    expect(pending).toMatchObject(Array.from({ length: 5 }, () => ({ consumer: "d", deliveries: 2 })));
  }, 15_000);

  it("acknowledging is sent again until it is answered: false for what the lost answer was about", async () => {
    const { proxy, loseAnswer, groups, other } = await setUp();
    const entries = toEntries(await readAll(groups));
    loseAnswer(sourceLine("acknowledge"));
    expect(await groups.acknowledge({ ...group, entries })).toEqual(entries.map(() => false));
    expect(proxy.counters.repliesDropped).toBe(1);
    expect(await other.states("a")).toMatchObject([{ pending: 0 }]);
  }, 15_000);

  it("extending is sent again until it is answered, and tells the truth", async () => {
    const { proxy, loseAnswer, groups } = await setUp();
    const entries = toEntries(await readAll(groups));
    loseAnswer(sourceLine("extend"));
    expect(await groups.extend({ ...group, entries })).toEqual(entries.map(() => true));
    expect(proxy.counters.repliesDropped).toBe(1);
  }, 15_000);

  it("handing back is sent again, and takes nothing from whoever claimed meanwhile, were it the same consumer", async () => {
    const { proxy, loseAnswer, groups, other } = await setUp();
    const entries = toEntries(await readAll(groups));
    proxy.refuse();
    onTestFinished(() => proxy.accept());
    loseAnswer(sourceLine("hand-back"));
    const handedBack = groups.handBack({ ...group, entries, delayMs: 0, counted: false });
    await eventually(() => expect(proxy.counters.repliesDropped).toBe(1));
    const [claimed] = await other.claim({ ...who, minIdleMs: 60_000 });
    expect(claimed!.deliveries.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1, 1, 1]);
    await proxy.accept();
    expect(await handedBack).toEqual(entries.map(() => false));
    const pending = await other.pending({ ...group, count: 9 });
    expect(pending).toMatchObject(Array.from({ length: 5 }, () => ({ consumer: "c", deliveries: 1 })));
  }, 15_000);

  it("making a group is sent again until it is answered", async () => {
    const { loseAnswer, groups, other } = await setUp();
    loseAnswer(sourceLine("create-group"));
    expect(await groups.create({ ...group, group: "new", from: "now" })).toBe(false);
    expect((await other.states("a")).map((state) => state.group)).toEqual(["g", "new"]);
  }, 15_000);

  it("what was missed is told by the next read when the answer that told it came, or never", async () => {
    const { loseAnswer, back, groups, other, streams } = await setUp();
    await streams.trim("a", 2);
    loseAnswer("XREADGROUP");
    await expect(groups.read(who)).rejects.toMatchObject(unavailable);
    await back();
    expect((await other.read(who))[0]).toMatchObject({ missed: 0, deliveries: [] });
  }, 15_000);

  it("a replica is no refusal: it is away until it is promoted", async () => {
    const { groups, other } = await setUp();
    const entries = toEntries(await readAll(other));
    await server.command("REPLICAOF", "127.0.0.1", "1");
    onTestFinished(() => void server.command("REPLICAOF", "NO", "ONE"));
    await expect(groups.read(who)).rejects.toMatchObject(unavailable);
    await expect(groups.claim({ ...who, minIdleMs: 0 })).rejects.toMatchObject(unavailable);
    const acknowledged = groups.acknowledge({ ...group, entries });
    await server.command("REPLICAOF", "NO", "ONE");
    expect(await acknowledged).toEqual(entries.map(() => true));
  }, 15_000);

  it("many consumers over a connection that is cut again and again lose nothing", async () => {
    const { proxy, groups, other, streams } = await setUp();
    const total = 2005;
    const done = new Set<string>();
    const stop = new AbortController();
    const cutting = setInterval(() => proxy.cutAll(), 40);
    onTestFinished(() => clearInterval(cutting));
    const consume = async (consumer: string) => {
      while (!stop.signal.aborted) {
        try {
          const request = { ...who, consumer, count: 20 };
          const readings = [await groups.read(request), await groups.claim({ ...request, minIdleMs: 100 })];
          for (const { deliveries } of readings.flat()) {
            for (const { entry } of deliveries) done.add(entry.id);
            await groups.acknowledge({ ...group, entries: toEntries(deliveries) });
          }
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const consuming = ["c1", "c2", "c3"].map(consume);
    onTestFinished(() => stop.abort());
    for (let n = 0; n < 20; n++) {
      await streams.append(Array.from({ length: 100 }, (_, i) => toRequest("a", i)));
    }
    await eventually(
      async () => {
        expect(await other.states("a")).toMatchObject([{ pending: 0, lag: 0 }]);
      },
      { interval: 50 },
    );
    stop.abort();
    clearInterval(cutting);
    await Promise.all(consuming);
    expect(done.size).toBe(total);
    expect(proxy.counters.cut).toBeGreaterThan(0);
  }, 30_000);
});
