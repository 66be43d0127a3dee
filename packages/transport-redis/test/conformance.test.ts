/**
 * The conformance suite on a real Redis: all of it with ioredis 5; with ioredis 6 what the client has a part in; with a client
 * of the user's behind degradation what degradation has a part in.
 */
import { type Transport, type TransportOptions, withDegradation } from "@attune/transport";
import { type Concern, degradedConcerns, transportConformance } from "@attune/transport-conformance";
import { createRedisTransport } from "@attune/transport-redis";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { Redis as Redis5 } from "ioredis";
import { Redis as Redis6 } from "ioredis-6";
import { afterAll, beforeAll, describe, inject } from "vitest";

/**
 * What another client library could do otherwise: each kind of reply once, texts in both directions, reads that wait, Pub/Sub,
 * connections. What remains is decided by scripts within the server, or before a client is asked.
 */
const clientConcerns: readonly Concern[] = [
  "appending",
  "reading after ids",
  "reading a range",
  "managing streams",
  "reading for a group",
  "claiming",
  "posting to mailboxes",
  "taking from mailboxes",
  "broadcasts",
  "receipts",
  "restoring",
  "listing and clearing mailboxes",
  "waiting for mail",
  "records",
  "holders of records",
  "settling expiries",
  "lists of records",
  "names",
  "names in mailboxes",
  "names in records",
  "payloads",
  "the bell",
  "the bell of mailboxes and records",
  "reads that wait",
  "following",
  "what the store says of itself",
  "opening and closing",
  "outages",
  "following over outages",
  "groups in an outage",
  "mailboxes in an outage",
];

/** Where the suite says nothing else: the machine may stand still for seconds. */
const operationTimeoutMs = 20_000;

let server: RedisServer;
/** How to end what a transport was opened with, beside itself. */
const proxies = new WeakMap<Transport, Awaited<ReturnType<typeof startProxy>>>();

/** Each transport reaches the server through a proxy of its own, so that it can be cut off alone. */
async function openThroughProxy(
  open: (url: string, options: TransportOptions) => Promise<Transport>,
  options: TransportOptions | undefined,
): Promise<Transport> {
  // In the background: the suite counts what the transport leaves behind, not what the test does.
  const proxy = await startProxy({ target: server, background: true });
  const transport = await open(proxy.url(), { operationTimeoutMs, ...options });
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
    concerns: clientConcerns,
    open: (options) =>
      openThroughProxy((url, rest) => openWithClient(new Redis6(url, { lazyConnect: true }), rest), options),
    outage,
  });

  transportConformance({
    name: "Redis with a client of the user's, behind withDegradation",
    degraded: true,
    concerns: degradedConcerns,
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
