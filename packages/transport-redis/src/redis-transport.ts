/** A transport on Redis or Valkey. */
import {
  type AdapterHost,
  AttuneError,
  createTransport,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
} from "@attune/transport";
import type { Redis } from "ioredis";
import { RedisBell } from "./bell.ts";
import { Connections } from "./connections.ts";
import { EventTypeIndex } from "./event-type-index.ts";
import { RedisGroups } from "./groups.ts";
import { Keys } from "./keys.ts";
import { RedisMailboxes } from "./mailboxes.ts";
import { RedisRecords } from "./records.ts";
import { ServerCheck } from "./server-check.ts";
import { type Server, serverOfUrl } from "./server-of-url.ts";
import { storeInfo } from "./store-info.ts";
import { RedisStreams } from "./streams.ts";

/** Any ioredis client, of version 5 or 6. */
export interface DuplicableClient {
  duplicate(override?: Record<string, unknown>): unknown;
  readonly options?:
    | {
        readonly host?: string | undefined;
        readonly port?: number | undefined;
        readonly db?: number | undefined;
      }
    | undefined;
}

export interface RedisTransportOptions extends TransportOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. Give this or `client`. */
  readonly url?: string;
  /** An ioredis client of yours. It is duplicated for our connections, and never used or changed itself. */
  readonly client?: DuplicableClient;
}

/** Makes a transport on Redis. Resolves also when the server is away: see `status`. */
export async function createRedisTransport(options: RedisTransportOptions): Promise<Transport> {
  const { url, client, ...rest } = options;
  if ((url === undefined) === (client === undefined)) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "A Redis transport takes either a url or a client.");
  }
  const server = client ? serverOfClient(client) : serverOfUrl(url!);
  return createTransport((host) => redisAdapter(host, server), rest);
}

/** What `openTransport("redis://…")` calls. */
export function openTransport(url: string, options: TransportOptions = {}): Promise<Transport> {
  return createRedisTransport({ ...options, url });
}

function serverOfClient(client: DuplicableClient): Server {
  if ("isCluster" in client && client.isCluster === true) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "A client of a Redis Cluster is not supported yet.");
  }
  const { host = "localhost", port = 6379, db = 0 } = client.options ?? {};
  return {
    location: `redis://${host}:${port}${db === 0 ? "" : `/${db}`}`,
    makeClient: (options) => client.duplicate({ ...options }) as Redis,
  };
}

function redisAdapter(host: AdapterHost, { location, makeClient }: Server): TransportAdapter {
  const connections = new Connections(host, makeClient, location);
  const keys = new Keys(host.prefix);
  const bell = new RedisBell(host, connections, keys);
  const index = new EventTypeIndex(host, connections, keys);
  new ServerCheck(host, connections);
  return {
    name: "redis",
    location,
    capabilities: { sharedBy: "network", blockingRead: true, exactGaps: true },
    streams: new RedisStreams(host, connections, keys, index),
    groups: new RedisGroups(host, connections, keys, index),
    mailboxes: new RedisMailboxes(host, connections, keys),
    records: new RedisRecords(host, connections, keys),
    bell,
    info: () => storeInfo(host, connections),
    async opened() {
      await connections.commands.firstOutcome(host.operationTimeoutMs);
      if (!connections.commands.ready) host.setAvailable(false, connections.commands.lastError);
    },
    // Replies come in order, so half of the time without any byte, with one outstanding, is silence. Not all of the time:
    // the last reply to somebody else may have come just after this operation began.
    operationTimedOut: () =>
      connections.commands.replaceIfSilentSince(host.clock.monotonic() - host.operationTimeoutMs / 2),
    async close() {
      bell.close();
      connections.close();
    },
  };
}
