/** How many connections there are, on a real Redis. */

import { withDegradation } from "@attune/transport";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { Redis as Redis5 } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, type Followed, follow, open, toRequest } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("connections", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  /** The last command of every connection, but for the one that asks. */
  async function connections(): Promise<string[]> {
    const list = String(await server.command("CLIENT", "LIST"))
      .trim()
      .split("\n");
    return list
      .map((line) => / cmd=(\S+)/.exec(line)![1]!)
      .filter((command) => command !== "client|list")
      .sort();
  }

  const untilConnections = (count: number) =>
    eventually(async () => expect(await connections()).toHaveLength(count));

  it("a transport that only publishes holds one, and none after its close", async () => {
    const { transport } = await open({ url: server.url });
    await transport.streams.append([toRequest("a", 1)]);
    expect(await connections()).toHaveLength(1);
    await transport.close();
    await untilConnections(0);
  });

  it("20 publishers and 50 consumers of all kinds hold three, and none after the close", async () => {
    const { transport } = await open({ url: server.url });
    const publishers = Array.from({ length: 20 }, (_, n) =>
      withDegradation(transport, { component: `publisher ${n}` }),
    );
    const publish = (value: unknown) =>
      Promise.all(publishers.map(({ streams }, n) => streams.append([toRequest(`type-${n}`, value)])));
    await publish("before");
    const cursor = { version: 1, positions: [] } as const;
    const consumers: Followed[] = [];
    for (let n = 0; n < 10; n++) {
      consumers.push(
        follow(transport, { eventTypes: [`type-${n}`], from: "now" }),
        follow(transport, { eventTypes: "all", from: n % 2 ? "now" : "beginning" }),
        follow(transport, {
          eventTypes: Array.from({ length: 15 }, (_, t) => `type-${t}`),
          from: "beginning",
        }),
        follow(transport, { eventTypes: ["type-0", `new-${n}`], from: cursor, blockMs: 200 }),
        follow(transport, { eventTypes: [`type-${n}`], from: "now", count: 1, blockMs: 100 }),
      );
    }
    await Promise.all(consumers.map(({ follower }) => follower.ready));
    await publish("live");
    await transport.streams.append([toRequest("quite-new", "live")]);
    await eventually(() => {
      for (const { values } of consumers) expect(values).toContain("live");
    });
    expect(await connections()).toHaveLength(3);
    for (const { gaps } of consumers) expect(gaps).toEqual([]);
    await transport.close();
    await untilConnections(0);
  });

  it("consumers that come and go leave three, not more", async () => {
    const { transport } = await open({ url: server.url });
    for (let n = 0; n < 30; n++) {
      const followed = follow(transport, { eventTypes: n % 3 ? [`come-${n % 5}`] : "all", from: "now" });
      await followed.follower.ready;
      await followed.follower.close();
    }
    expect((await connections()).length).toBeLessThanOrEqual(3);
    await transport.close();
    await untilConnections(0);
  });

  it("a connection that was killed is replaced, not added to", async () => {
    const { transport } = await open({ url: server.url });
    const followed = follow(transport, { eventTypes: "all", from: "now" });
    await followed.follower.ready;
    await transport.streams.append([toRequest("a", "first")]);
    await eventually(() => expect(followed.values).toEqual(["first"]));
    await untilConnections(3);
    for (const kind of ["normal", "pubsub"]) await server.command("CLIENT", "KILL", "TYPE", kind);
    await eventually(async () => {
      const [id] = await transport.streams.append([toRequest("a", "again")]).catch(() => [""]);
      expect(id).not.toBe("");
    });
    await eventually(() => expect(followed.values).toContain("again"));
    await untilConnections(3);
  });

  describe.each([
    ["ioredis 5", (url: string) => new Redis5(url, { keyPrefix: "theirs:", connectionName: "theirs" })],
    ["ioredis 6", (url: string) => new Redis6(url, { keyPrefix: "theirs:", connectionName: "theirs" })],
  ])("with a client of the user's, %s", (_, connect) => {
    it("it keeps working, with its own prefix and options, before and after the close", async () => {
      const client = connect(server.url);
      onTestFinished(() => client.disconnect());
      await client.set("key", "value");
      const options = { ...client.options };
      const listeners = client.eventNames();
      const { transport } = await open({ client });
      const followed = follow(transport, { eventTypes: "all", from: "now" });
      await followed.follower.ready;
      await transport.streams.append([toRequest("a", 1, { idempotencyKey: `k-${Math.random()}` })]);
      await eventually(() => expect(followed.values).toEqual([1]));
      await untilConnections(4);
      expect(await client.get("key")).toBe("value");
      await transport.close();
      expect(await client.get("key")).toBe("value");
      expect(await server.command("EXISTS", "theirs:key")).toBe(1);
      expect({ ...client.options }).toEqual(options);
      expect(client.eventNames()).toEqual(listeners);
      await untilConnections(1);
    });

    it("replies have their types whatever the client's options make of numbers", async () => {
      const client = connect(server.url);
      onTestFinished(() => client.disconnect());
      client.options.stringNumbers = true;
      const { transport } = await open({ client, prefix: `numbers-${Math.random()}:` });
      await transport.streams.append([toRequest("a", 1), toRequest("a", 2)]);
      expect(await transport.streams.states(["a"])).toMatchObject([{ length: 2, added: 2 }]);
      expect(await transport.streams.trim("a", 1)).toBe(1);
    });
  });

  it("a bell watched on a closed transport opens none", async () => {
    const { transport } = await open({ url: server.url });
    await transport.close();
    const watch = transport.bell.watch(["streams"], () => {});
    await expect(watch.ready).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
    watch.close();
    expect(await connections()).toEqual([]);
  });
});
