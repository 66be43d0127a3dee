/** Following under odd conditions: no spinning, no lost wake-up, nobody harmed by somebody else's fault. */

import { connect, createServer, type Server } from "node:net";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, follow, open, toRequest } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("following", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  /** How often the server was asked since the statistics were reset. */
  async function callsOf(command: string): Promise<number> {
    const stats = String(await server.command("INFO", "commandstats"));
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  it("with a short operationTimeoutMs an idle follower is no reason to call the server away", async () => {
    const { transport } = await open({ url: server.url, prefix: "idle:", operationTimeoutMs: 50 });
    const statuses: string[] = [];
    transport.onStatus((status) => statuses.push(status));
    const followed = follow(transport, { eventTypes: ["a"], from: "now", blockMs: 200 });
    await followed.follower.ready;
    await server.command("CONFIG", "RESETSTAT");
    await eventually(async () => expect(await callsOf("xread")).toBeGreaterThan(8));
    expect(statuses.filter((status) => status === "unavailable")).toEqual([]);
  }, 10_000);

  it.each([0, -1, 1.5, Number.NaN])("a blockMs of %s is refused, and harms nobody else", async (blockMs) => {
    const { transport } = await open({ url: server.url, prefix: `block${blockMs}:` });
    const followed = follow(transport, { eventTypes: ["b"], from: "now" });
    await followed.follower.ready;
    expect(() => follow(transport, { eventTypes: ["a"], from: "now", blockMs })).toThrow(
      expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
    );
    await transport.streams.append([toRequest("b", 1)]);
    await eventually(() => expect(followed.values).toEqual([1]));
  });

  it("followers of more types together than one read takes all get their events, without spinning", async () => {
    const { transport, warnings } = await open({ url: server.url, prefix: "many:" });
    const followers = ["a", "b"].map((kind) =>
      follow(transport, { eventTypes: Array.from({ length: 6000 }, (_, n) => `${kind}${n}`), from: "now" }),
    );
    await Promise.all(followers.map(({ follower }) => follower.ready));
    await server.command("CONFIG", "RESETSTAT");
    await transport.streams.append([toRequest("a0", "a"), toRequest("b5999", "b")]);
    await eventually(() => expect(followers.map(({ values }) => values)).toEqual([["a"], ["b"]]));
    // Each look at all of them is 12,000 calls.
    expect(await callsOf("evalsha")).toBeLessThan(60_000);
    expect(warnings).toEqual([]);
  }, 20_000);

  it("a decode that throws harms no other follower, and is nobody's unhandled rejection", async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    onTestFinished(() => void process.off("unhandledRejection", onRejection));
    const { transport } = await open({ url: server.url, prefix: "decode:" });
    const broken = transport.follow({
      eventTypes: ["a"],
      from: "now",
      decode: ({ data }) => {
        if (data === "2") throw new Error("decode");
        return data;
      },
    });
    onTestFinished(() => broken.close());
    await broken.ready;
    void broken.next();
    const good = follow(transport, { eventTypes: ["a"], from: "now" });
    await good.follower.ready;
    for (let n = 1; n <= 5; n++) {
      await transport.streams.append([toRequest("a", n)]);
      await eventually(() => expect(good.values.length + good.gaps.length).toBeGreaterThanOrEqual(n));
    }
    await eventually(() => expect(good.values).toEqual([1, 2, 3, 4, 5]));
    expect(good.gaps).toEqual([]);
    expect(rejections).toEqual([]);
  });

  it("a server that refuses blocking reads is asked with growing pauses, and told of once", async () => {
    let refused = 0;
    const proxy = createServer((client) => {
      const upstream = connect(server.port, server.host);
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on("error", () => {});
        one.on("close", () => other.destroy());
      }
      upstream.pipe(client);
      client.on("data", (chunk) => {
        const request = chunk.toString("latin1");
        if (request.includes("BLOCK")) refused++;
        upstream.write(request.replaceAll("BLOCK", "BLOQK"), "latin1");
      });
    });
    const url = await listen(proxy);
    const { transport, warnings } = await open({ url, prefix: "refused:" });
    const followed = follow(transport, { eventTypes: ["a"], from: "now" });
    await followed.follower.ready;
    for (let n = 0; n < 5; n++) {
      await transport.streams.append([toRequest("a", n)]);
      await eventually(() => expect(followed.values).toContain(n));
    }
    expect(refused).toBeLessThan(50);
    expect(warnings).toHaveLength(1);
  }, 20_000);

  async function listen(proxy: Server): Promise<string> {
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    return `redis://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  it("an interrupt ends its own read, also when another one was before it in the server", async () => {
    const { transport } = await open({ url: server.url, prefix: "two:" });
    const [first, second] = [new AbortController(), new AbortController()];
    const options = { count: 1, blockMs: 10_000 };
    const reads = [
      transport.streams.read(new Map([["a", "0-0"]]), { ...options, interrupt: first.signal }),
      transport.streams.read(new Map([["b", "0-0"]]), { ...options, interrupt: second.signal }),
    ];
    for (const read of reads) read.catch(() => {});
    onTestFinished(() => first.abort());
    await eventually(async () =>
      expect(String(await server.command("CLIENT", "LIST"))).toMatch(/flags=b .*cmd=xread/),
    );
    second.abort();
    const late = new Promise((resolve) => setTimeout(resolve, 8000, "late"));
    expect(await Promise.race([reads[1], late])).toEqual([]);
  });

  it("a blocking read of somebody else holds up no follower", async () => {
    const { transport } = await open({ url: server.url, prefix: "else:" });
    const followed = follow(transport, { eventTypes: ["a"], from: "now" });
    await followed.follower.ready;
    await transport.streams.append([toRequest("a", 1)]);
    await eventually(() => expect(followed.values).toEqual([1]));
    const interrupt = new AbortController();
    onTestFinished(() => interrupt.abort());
    const read = transport.streams.read(new Map([["b", "0-0"]]), {
      count: 1,
      blockMs: 10_000,
      interrupt: interrupt.signal,
    });
    read.catch(() => {});
    for (let n = 2; n < 5; n++) {
      await transport.streams.append([toRequest("a", n)]);
      await eventually(() => expect(followed.values).toContain(n));
    }
    await transport.streams.append([toRequest("b", "theirs")]);
    expect(await read).toMatchObject([{ eventType: "b" }]);
  });

  it("a stream made again with smaller ids is noticed also while other streams are busy", async () => {
    const { transport } = await open({ url: server.url, prefix: "busy:" });
    const fields = ["event_type", "a", "timestamp", "t", "data", '"far"', "source", "s"];
    await server.command("XADD", "busy:events:a", "9999999999999-0", ...fields);
    const followed = follow(transport, { eventTypes: ["a"], from: "beginning", blockMs: 200 });
    const other = follow(transport, { eventTypes: ["b"], from: "now", blockMs: 200 });
    await other.follower.ready;
    await eventually(() => expect(followed.values).toEqual(["far"]));
    const publishing = setInterval(() => {
      transport.streams.append([toRequest("b", 1)]).catch(() => {});
    }, 20);
    onTestFinished(() => clearInterval(publishing));
    await transport.streams.delete("a");
    await transport.streams.append([toRequest("a", "new")]);
    await eventually(() => expect(followed.values).toEqual(["far", "new"]));
    expect(followed.gaps).toMatchObject([{ reason: "reset" }]);
  });

  it("every pending next() of a follower ends with its close", async () => {
    const { transport } = await open({ url: server.url, prefix: "next:" });
    const follower = transport.follow({ eventTypes: ["a"], from: "now", decode: ({ data }) => data });
    await follower.ready;
    const pending = Promise.all([follower.next(), follower.next()]);
    await follower.close();
    const late = new Promise((resolve) => setTimeout(resolve, 8000, "late"));
    expect(await Promise.race([pending, late])).toEqual([null, null]);
  });
});
