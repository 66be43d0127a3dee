/** What can be seen without a server, on ioredis-mock: the names of keys, whose clients are used, and how errors come out. */
import type { Redis } from "ioredis";
import RedisMock from "ioredis-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eventually, open, toRequest } from "./opened.ts";

/** The mock's own types claim to be all of ioredis; what is replaced below is left out of them. */
type MockClient = Omit<Redis, "status" | "duplicate" | "disconnect" | "evalsha"> & {
  evalsha(...args: unknown[]): Promise<unknown>;
  disconnect(): void;
};
const MockBase = RedisMock as unknown as new (options: object) => MockClient;

/** With what ioredis has and its mock lacks: a status, and errors that say that they are replies. Remembers its duplicates. */
class Mock extends MockBase {
  readonly duplicates: Mock[] = [];
  readonly overrides: unknown[] = [];
  ended = false;

  constructor(options: object) {
    super(options);
    const { evalsha } = this;
    this.evalsha = (...args: unknown[]) =>
      evalsha.apply(this, args).catch((error: Error) => {
        throw Object.assign(error, { name: "ReplyError" });
      });
  }

  get status(): string {
    const { connected } = this as unknown as { connected: boolean };
    if (this.ended) return "end";
    return connected ? "ready" : "wait";
  }

  duplicate(override?: object): Mock {
    const duplicate = new Mock({ ...this.options, ...override });
    this.duplicates.push(duplicate);
    this.overrides.push(override);
    return duplicate;
  }

  override disconnect(): void {
    this.ended = true;
    super.disconnect();
  }
}

const server = { host: "mock.example", port: 1234 };
let client: Mock;

/** The mock keeps the ids of a stream's entries under keys of its own. */
async function keysNow(): Promise<string[]> {
  return (await client.keys("*")).filter((key) => !key.startsWith("stream:")).sort();
}

beforeEach(() => {
  client = new Mock(server);
});

afterEach(async () => {
  await client.flushall();
  client.disconnect();
});

describe("on a mock", () => {
  it("an event lies under the documented key, with its type in the index and four fields", async () => {
    const { transport } = await open({ client });
    const [id] = await transport.streams.append([toRequest("deploy:{x}", { n: 1 })]);
    expect(await keysNow()).toEqual(["empathy:event-types", "empathy:events:deploy:%7Bx%7D"]);
    expect(await client.smembers("empathy:event-types")).toEqual(["deploy:{x}"]);
    expect(await client.xrange("empathy:events:deploy:%7Bx%7D", "-", "+")).toEqual([
      [
        id,
        [
          "event_type",
          "deploy:{x}",
          "timestamp",
          "2026-01-02T03:04:05.678Z",
          "data",
          '{"n":1}',
          "source",
          "test",
        ],
      ],
    ]);
  });

  it("an idempotency key is remembered for two minutes, under the stream's hash tag", async () => {
    const { transport } = await open({ client });
    const requests = [toRequest("a", 1, { idempotencyKey: "k" })];
    const [id] = await transport.streams.append(requests);
    expect(await transport.streams.append(requests)).toEqual([id]);
    const key = "empathy:dedupe:{empathy:events:a}:k";
    expect(await client.get(key)).toBe(id);
    const ttl = await client.pttl(key);
    expect(ttl).toBeGreaterThan(110_000);
    expect(ttl).toBeLessThanOrEqual(120_000);
  });

  it("the prefix is the transport's, not the client's", async () => {
    const prefixed = new Mock({ ...server, keyPrefix: "theirs:" });
    const { transport } = await open({ client: prefixed, prefix: "ours:" });
    await transport.streams.append([toRequest("a", 1)]);
    expect(await keysNow()).toEqual(["ours:event-types", "ours:events:a"]);
    prefixed.disconnect();
  });

  it("a ring under the bell's channel reaches a watch, and none after its close", async () => {
    const { transport } = await open({ client });
    const ring = vi.fn();
    const watch = transport.bell.watch(["streams"], ring);
    await watch.ready;
    await client.publish("empathy:bell:streams", "");
    await eventually(() => expect(ring).toHaveBeenCalled());
    const { length } = ring.mock.calls;
    watch.close();
    await client.publish("empathy:bell:streams", "");
    await client.ping();
    expect(ring).toHaveBeenCalledTimes(length);
  });

  it("a client of the user's is duplicated for every connection, and never used, changed or ended itself", async () => {
    const send = vi.spyOn(client, "xadd");
    const before = { ...(client.options as object) };
    const listeners = client.eventNames();
    const { transport } = await open({ client });
    await transport.streams.append([toRequest("a", 1)]);
    const watch = transport.bell.watch(["streams"], () => {});
    await watch.ready;
    expect(client.duplicates).toHaveLength(2); // commands and subscriber: nobody has followed anything
    await transport.close();
    expect(send).not.toHaveBeenCalled();
    expect({ ...(client.options as object) }).toEqual(before);
    expect(client.eventNames()).toEqual(listeners);
    expect(client.status).toBe("ready");
    expect(client.duplicates.map((duplicate) => duplicate.status)).toEqual(["end", "end"]);
    expect(await client.ping()).toBe("PONG");
  });

  it("a duplicate never resends, never queues and never answers with other types than a URL's client", async () => {
    const theirs = new Mock({ stringNumbers: true } as object);
    await open({ client: theirs });
    expect(theirs.overrides[0]).toMatchObject({
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false, // the bell subscribes again by itself; ioredis's own attempt is nobody's to catch
      enableOfflineQueue: false,
      keyPrefix: "",
      stringNumbers: false,
    });
    theirs.disconnect();
  });

  it("the location is that of the client, without its password", async () => {
    const { transport } = await open({ client });
    expect(transport.location).toBe("redis://mock.example:1234");
  });

  it("what the server refuses comes out as ATTUNE_STORE_REFUSED, in its own words", async () => {
    const { transport } = await open({ client });
    const refusal = Object.assign(new Error("OOM command not allowed when used memory > 'maxmemory'."), {
      name: "ReplyError",
    });
    vi.spyOn(client.duplicates[0]!, "xadd").mockRejectedValue(refusal);
    await expect(transport.streams.append([toRequest("a", 1)])).rejects.toMatchObject({
      code: "ATTUNE_STORE_REFUSED",
      details: { reply: "OOM" },
      cause: refusal,
    });
  });

  it("of several events the ids of those that were stored are told with the error", async () => {
    const { transport } = await open({ client });
    const xadd = vi.spyOn(client.duplicates[0]!, "xadd");
    xadd.mockResolvedValueOnce("1-0");
    xadd.mockRejectedValueOnce(new Error("Connection is closed."));
    xadd.mockResolvedValueOnce("3-0");
    const append = transport.streams.append([toRequest("a", 1), toRequest("a", 2), toRequest("a", 3)]);
    await expect(append).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
      details: { ids: ["1-0", "", "3-0"] },
    });
  });

  it("a server whose answer was lost is asked again what it is, and an error without a reply is no refusal", async () => {
    const { transport } = await open({ client, operationTimeoutMs: 200 });
    const lost = new Error("Connection is closed.");
    const asked = vi.spyOn(client.duplicates[0]!, "info").mockRejectedValueOnce(lost);
    expect(await transport.info()).toMatchObject({ product: "Redis", version: expect.any(String) });
    asked.mockRejectedValue(lost);
    await expect(transport.info()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
  });

  it("a plain append that failed is not sent again; one with an idempotency key is", async () => {
    const { transport } = await open({ client });
    const [commands] = client.duplicates;
    const lost = new Error("Connection is closed.");
    const xadd = vi.spyOn(commands!, "xadd").mockRejectedValue(lost);
    await expect(transport.streams.append([toRequest("a", 1)])).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    expect(xadd).toHaveBeenCalledTimes(1);
    const evalsha = vi.spyOn(commands!, "evalsha");
    evalsha.mockRejectedValueOnce(lost).mockResolvedValueOnce("7-0");
    expect(await transport.streams.append([toRequest("a", 1, { idempotencyKey: "k" })])).toEqual(["7-0"]);
  });
});
