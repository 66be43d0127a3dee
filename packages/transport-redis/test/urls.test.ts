/** URLs: what is malformed is said without the password, and no error or warning ever holds it. */

import { inspect } from "node:util";
import { type AttuneError, withDegradation } from "@attune/transport";
import { createRedisTransport } from "@attune/transport-redis";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { open, toRequest } from "./opened.ts";

const password = "s3cretpw";

/** Everything that a log or a debugger would show of a value. */
function shown(value: unknown): string {
  return inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null });
}

async function failureOf(url: string): Promise<unknown> {
  const outcome = await createRedisTransport({ url, operationTimeoutMs: 100 }).catch((error: unknown) => ({
    error,
  }));
  if ("error" in outcome) return outcome.error;
  await outcome.close();
  throw new Error(`${JSON.stringify(url)} was taken for a good URL`);
}

describe("malformed URLs", () => {
  it.each([
    `redis:${password}`,
    `redis://`,
    `redis:///${password}`,
    `redis://user:${password}@`,
    `redis://user:${password}@ho st`,
    `redis://user:${password}@[::1`,
    `redis://user:${password}@127.0.0.1:99999`,
    `redis://user:${password}@127.0.0.1:port`,
    `redis://user:${password}@127.0.0.1:1/zero`,
    `redis://user:${password}@127.0.0.1:1/-1`,
    `redis://user:${password}@127.0.0.1:1/0/1`,
    // A password that should have been percent-encoded.
    `redis://user:pa/${password}@127.0.0.1:1`,
    `redis://user:pa#${password}@127.0.0.1:1`,
    `redis://user:12/${password}@127.0.0.1:1`,
    `redis://user:12#${password}@127.0.0.1:1`,
    `redis://user:12?${password}@127.0.0.1:1`,
    `redis://user:${password}%zz@127.0.0.1:1`,
    // Options of ioredis's would undo what our promises stand on.
    `redis://user:${password}@127.0.0.1:1?maxRetriesPerRequest=5`,
    `redis://user:${password}@127.0.0.1:1?keyPrefix=x`,
    `redis://127.0.0.1:1?password=${password}`,
    `http://user:${password}@127.0.0.1:1`,
    password,
    "",
  ])("%j gives ATTUNE_URL_INVALID, and nothing of the password", async (url) => {
    const error = await failureOf(url);
    expect(error).toMatchObject({ code: "ATTUNE_URL_INVALID" });
    expect(shown(error)).not.toContain(password);
  });

  it("neither or both of url and client is told as a wrong argument", async () => {
    const client = { duplicate: () => undefined };
    for (const options of [{}, { url: "redis://127.0.0.1", client }]) {
      await expect(createRedisTransport(options)).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    }
  });
});

describe("the location", () => {
  it.each([
    ["redis://127.0.0.1:1", "redis://127.0.0.1:1"],
    [`redis://user:${password}@127.0.0.1:1/3`, "redis://127.0.0.1:1/3"],
    [`redis://:${password}@127.0.0.1:1/`, "redis://127.0.0.1:1"],
    ["redis://127.0.0.1:1?family=4", "redis://127.0.0.1:1"],
    ["rediss://127.0.0.1:1", "rediss://127.0.0.1:1"],
  ])("of %s is %s: what people need, and no password", async (url, location) => {
    const { transport } = await open({ url, operationTimeoutMs: 100 });
    expect(transport.location).toBe(location);
  });
});

describe("a server that is away", () => {
  it("is told without the password: in the status, errors and warnings, and on the console", async () => {
    const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "error"), vi.spyOn(process, "emitWarning")];
    const url = `redis://user:${password}@127.0.0.1:1`;
    const { transport, warnings } = await open({ url, operationTimeoutMs: 200 });
    const error = await transport.streams.append([toRequest("a", 1)]).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    expect((error as AttuneError).message).toContain("redis://127.0.0.1:1");
    expect(shown(error)).toContain("ECONNREFUSED");
    expect(shown(error)).not.toContain(password);
    const degraded = withDegradation(transport, { component: "test" });
    expect(await degraded.streams.append([toRequest("a", 1)])).toEqual([""]);
    expect(warnings).toHaveLength(1);
    expect(shown(warnings)).not.toContain(password);
    for (const spy of printed) {
      expect(shown(spy.mock.calls)).not.toContain(password);
      spy.mockRestore();
    }
  });
});

describe.skipIf(inject("redisUrl") === "")("a server that does not let us in", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
    await server.command("ACL", "SETUSER", "user", "on", ">right", "+@all", "~*", "&*");
    await server.command("ACL", "SETUSER", "default", "resetpass", ">right");
  });
  afterAll(() => server.stop());

  const as = (credentials: string) => server.url.replace("redis://", `redis://${credentials}`);

  it.each([
    [`user:${password}@`, "WRONGPASS"],
    [`:${password}@`, "WRONGPASS"],
    [`nobody:${password}@`, "WRONGPASS"],
    ["", "NOAUTH"],
  ])(
    "with the credentials %j the reason is %s, told once, and never with the password",
    async (credentials, reason) => {
      const { transport, warnings } = await open({ url: as(credentials) });
      expect(transport.status).toBe("unavailable");
      const error = await transport.streams.append([toRequest("a", 1)]).catch((failure: unknown) => failure);
      expect(["ATTUNE_TRANSPORT_UNAVAILABLE", "ATTUNE_STORE_REFUSED"]).toContain((error as AttuneError).code);
      expect(shown(error)).toContain(reason);
      expect(shown(error)).not.toContain(password);
      const degraded = withDegradation(transport, { component: "test" });
      for (let n = 0; n < 3; n++) expect(await degraded.streams.append([toRequest("a", 1)])).toEqual([""]);
      expect(warnings).toHaveLength(1);
      expect(shown(warnings)).not.toContain(password);
    },
  );

  it("with the right password, also a percent-encoded one, it lets us in", async () => {
    const odd = "p/?#@:%ü";
    await open({ url: as("user:right@") }).then(({ transport }) =>
      expect(transport.status).toBe("available"),
    );
    const { Redis } = await import("ioredis");
    const admin = new Redis(as("user:right@"), { lazyConnect: true });
    await admin.call("ACL", "SETUSER", "odd", "on", `>${odd}`, "+@all", "~*", "&*");
    admin.disconnect();
    const { transport } = await open({ url: as(`odd:${encodeURIComponent(odd)}@`) });
    expect(transport.status).toBe("available");
  });
});
