/** The conformance suite on a real Redis: with ioredis 5, with ioredis 6, and with ioredis 5 behind degradation. */

import { type Transport, type TransportOptions, withDegradation } from "@attune/transport";
import { transportConformance } from "@attune/transport-conformance";
import { createRedisTransport } from "@attune/transport-redis";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { Redis as Redis5 } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import { afterAll, beforeAll, describe, inject } from "vitest";

let server: RedisServer;
/** How to end what a transport was opened with, beside itself. */
const proxies = new WeakMap<Transport, Awaited<ReturnType<typeof startProxy>>>();

/** Each transport reaches the server through a proxy of its own, so that it can be cut off alone. */
async function openThroughProxy(
  open: (url: string, options: TransportOptions | undefined) => Promise<Transport>,
  options: TransportOptions | undefined,
): Promise<Transport> {
  // In the background: the suite counts what the transport leaves behind, not what the test does.
  const proxy = await startProxy({ target: server, background: true });
  const transport = await open(proxy.url(), options);
  proxies.set(transport, proxy);
  transport.onStatus((status) => {
    if (status === "closed") void proxy.close();
  });
  return transport;
}

async function outage(transport: Transport): Promise<() => Promise<void>> {
  const proxy = proxies.get(transport)!;
  proxy.refuse();
  proxy.cutAll();
  return () => proxy.accept();
}

/** A client of the user's, which is only there to be duplicated. */
async function openWithClient(
  client: Redis5 | Redis6,
  options: TransportOptions | undefined,
): Promise<Transport> {
  const transport = await createRedisTransport({ ...options, client });
  client.disconnect();
  return transport;
}

describe.skipIf(inject("redisUrl") === "")("on a real Redis", () => {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  transportConformance({
    name: "Redis with ioredis 5",
    open: (options) => openThroughProxy((url, rest) => createRedisTransport({ ...rest, url }), options),
    outage,
  });

  transportConformance({
    name: "Redis with ioredis 6",
    open: (options) =>
      openThroughProxy((url, rest) => openWithClient(new Redis6(url, { lazyConnect: true }), rest), options),
    outage,
  });

  transportConformance({
    name: "Redis with a client of the user's, behind withDegradation",
    degraded: true,
    open: (options) =>
      openThroughProxy(
        async (url, rest) =>
          withDegradation(await openWithClient(new Redis5(url, { lazyConnect: true }), rest), {
            component: "conformance",
          }),
        options,
      ),
    outage,
  });
});
