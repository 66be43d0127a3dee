/** Each right that the package needs, with a command that needs it. docs/redis-acl.md lists the same; a test compares them. */
import type { Keys } from "../keys.ts";

export interface Trial {
  /** Without it all but this works: what then is not so. */
  readonly without?: string;
  readonly command: readonly [string, ...string[]];
}

/**
 * The commands name keys that are not there, and are never carried out: the server looks at rights as it queues them in a transaction that
 * is given up. By their rights: `SUBSCRIBE` and `UNSUBSCRIBE` cannot be queued, `MULTI` begins the queue, and `EXEC` ends it.
 */
export function trialsOf(keys: Keys, name: string): Readonly<Record<string, Trial>> {
  const stream = keys.stream(name);
  const { values: hash, leases: sorted } = keys.bucket(name);
  const { state: box, typePrefix } = keys.mailbox(name);
  const list = `${typePrefix}x`;
  const text = keys.visible("diagnose", name);
  const needed = (...command: [string, ...string[]]): Trial => ({ command });
  return {
    "client|id": { command: ["CLIENT", "ID"], without: "each join of a reader costs a reconnection" },
    "client|unblock": {
      command: ["CLIENT", "UNBLOCK", "0"],
      without: "each join of a reader costs a reconnection",
    },
    del: needed("DEL", text),
    eval: needed("EVAL", "return 1", "0"),
    evalsha: needed("EVALSHA", "0".repeat(40), "0"),
    exists: needed("EXISTS", text),
    get: needed("GET", text),
    hdel: needed("HDEL", hash, "x"),
    hget: needed("HGET", hash, "x"),
    hincrby: needed("HINCRBY", box, "x", "1"),
    hkeys: needed("HKEYS", hash),
    hmget: needed("HMGET", hash, "x"),
    hscan: needed("HSCAN", hash, "0"),
    hset: needed("HSET", hash, "x", "x"),
    info: { command: ["INFO"], without: "the server's settings cannot be checked" },
    lindex: needed("LINDEX", list, "0"),
    lpop: needed("LPOP", list),
    lpush: needed("LPUSH", list, "x"),
    lrange: needed("LRANGE", list, "0", "0"),
    lrem: needed("LREM", list, "0", "x"),
    "memory|usage": needed("MEMORY", "USAGE", stream),
    pexpire: needed("PEXPIRE", text, "1"),
    ping: needed("PING"),
    pttl: needed("PTTL", text),
    publish: needed("PUBLISH", keys.bell(name), ""),
    rpush: needed("RPUSH", list, "x"),
    sadd: needed("SADD", keys.eventTypes, "x"),
    scan: needed("SCAN", "0"),
    set: needed("SET", text, "x"),
    smembers: needed("SMEMBERS", keys.eventTypes),
    srem: needed("SREM", keys.eventTypes, ""),
    time: needed("TIME"),
    type: needed("TYPE", text),
    xack: needed("XACK", stream, "g", "0-1"),
    xadd: needed("XADD", stream, "*", "x", "x"),
    xclaim: needed("XCLAIM", stream, "g", "c", "0", "0-1"),
    xdel: needed("XDEL", stream, "0-1"),
    "xgroup|create": needed("XGROUP", "CREATE", stream, "g", "$"),
    "xgroup|delconsumer": needed("XGROUP", "DELCONSUMER", stream, "g", "c"),
    "xgroup|destroy": needed("XGROUP", "DESTROY", stream, "g"),
    "xgroup|setid": needed("XGROUP", "SETID", stream, "g", "$"),
    "xinfo|consumers": needed("XINFO", "CONSUMERS", stream, "g"),
    "xinfo|groups": needed("XINFO", "GROUPS", stream),
    "xinfo|stream": needed("XINFO", "STREAM", stream),
    xlen: needed("XLEN", stream),
    xpending: needed("XPENDING", stream, "g"),
    xrange: needed("XRANGE", stream, "-", "+"),
    xread: needed("XREAD", "STREAMS", stream, "0"),
    xreadgroup: needed("XREADGROUP", "GROUP", "g", "c", "STREAMS", stream, ">"),
    xrevrange: needed("XREVRANGE", stream, "+", "-"),
    xtrim: needed("XTRIM", stream, "MAXLEN", "0"),
    zadd: needed("ZADD", sorted, "1", "x"),
    zcard: needed("ZCARD", sorted),
    zcount: needed("ZCOUNT", sorted, "0", "1"),
    zrangebyscore: needed("ZRANGEBYSCORE", sorted, "0", "1"),
    zrem: needed("ZREM", sorted, "x"),
    zremrangebyscore: needed("ZREMRANGEBYSCORE", sorted, "0", "1"),
    zscore: needed("ZSCORE", sorted, "x"),
  };
}

/** One key of each kind that the package keeps. */
export function keysOfEachKind(keys: Keys, name: string): readonly string[] {
  const { state, typePrefix, seen, receipt, posted } = keys.mailbox(name);
  const { values, leases, kept, claims, clock, written } = keys.bucket(name);
  const { stream, handedBack, uncounted } = keys.group(name, "g");
  return [
    ...[stream, handedBack, uncounted, keys.eventTypes, keys.dedupe(name, "x")],
    ...[state, `${typePrefix}x`, seen, receipt("x"), posted("x")],
    ...[keys.broadcasts, keys.broadcastExpiries, keys.postedBroadcast("x")],
    ...[values, leases, kept, claims, clock, written("x"), keys.visible("heartbeat", name)],
  ];
}
