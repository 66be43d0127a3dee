/** A transport on Redis or Valkey. */
import {
  type AdapterHost,
  AttuneError,
  createTransport,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
} from "@attune/transport";
import { Redis } from "ioredis";
import { RedisBell } from "./bell.ts";
import type { MakeClient } from "./connection.ts";
import { Connections } from "./connections.ts";
import { EventTypeIndex } from "./event-type-index.ts";
import { RedisGroups } from "./groups.ts";
import { Keys } from "./keys.ts";
import { RedisMailboxes } from "./mailboxes.ts";
import { RedisRecords } from "./records.ts";
import { ServerCheck } from "./server-check.ts";
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

interface Server {
  readonly location: string;
  readonly makeClient: MakeClient;
}

function serverOfUrl(url: string): Server {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // No cause: its message would repeat the URL, and with it the password.
    throw new AttuneError("ATTUNE_URL_INVALID", "The Redis URL is malformed; use redis://host:port.");
  }
  const { protocol, hostname, port, pathname } = parsed;
  if ((protocol !== "redis:" && protocol !== "rediss:") || hostname === "" || !/^(\/\d*)?$/.test(pathname)) {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "A Redis URL looks like redis://host:port or redis://host:port/db.",
    );
  }
  // ioredis takes any option of its own from a URL, those included on which our promises stand. The option is not named
  // in the message: what looks like one may be the rest of a password that should have been percent-encoded.
  if ([...parsed.searchParams.keys()].some((name) => name !== "family") || parsed.hash !== "") {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "A Redis URL can carry no options but family, and no #. Percent-encode such characters in a password; for other options pass an ioredis client.",
    );
  }
  try {
    decodeURIComponent(`${parsed.username}${parsed.password}`);
  } catch {
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      "The user or password of the Redis URL is not percent-encoded.",
    );
  }
  const db = pathname.length > 1 ? pathname : "";
  // In parts: ioredis would parse the URL in its own way, and print it in warnings.
  const family = parsed.searchParams.get("family");
  const server = {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || 6379),
    username: parsed.username === "" ? undefined : decodeURIComponent(parsed.username),
    password: parsed.password === "" ? undefined : decodeURIComponent(parsed.password),
    db: Number(pathname.slice(1)),
    tls: protocol === "rediss:" ? {} : undefined,
    ...(family === null ? {} : { family: Number(family) }),
  };
  return {
    location: `${protocol}//${hostname}:${port || 6379}${db}`,
    makeClient: (options) => new Redis({ ...server, ...options }),
  };
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
