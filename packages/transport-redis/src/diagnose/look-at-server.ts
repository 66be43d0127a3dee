/** What the server says of itself, and which of its settings would break promises. */
import type { Finding } from "@attune/transport";
import { countsEntries, evicts, parseFields, parseServerInfo, type ServerInfo } from "../server-info.ts";
import { askIfAllowed, type Questions } from "./questions.ts";

type Fields = ReadonlyMap<string, string>;

export async function* lookAtServer(questions: Questions): AsyncGenerator<Finding> {
  const text = await askIfAllowed(questions, "INFO");
  if (typeof text !== "string") {
    yield {
      check: "settings",
      outcome: "unknown",
      found: "this user may not ask for version, memory and persistence (INFO)",
      remedy: `Let it: ACL SETUSER ${questions.credentials.user} +info`,
    };
    return;
  }
  const info = parseServerInfo(text);
  const fields = parseFields(text);
  yield version(info);
  yield* role(fields);
  yield memory(info);
  yield policy(info);
  yield await persistence(questions, fields);
}

/** Streams came with 5. */
const firstWithStreams = 5;

export function version(info: ServerInfo): Finding {
  const check = "version";
  const found = `${info.product} ${info.version}`;
  if (info.version === null || info.redisVersion === null) {
    return {
      check,
      outcome: "unknown",
      found: "not told",
      remedy: "Ask who runs the server: Redis 7 or later is wanted, or Valkey.",
    };
  }
  if (Number.parseInt(info.redisVersion, 10) < firstWithStreams) {
    return {
      check,
      outcome: "problem",
      found,
      remedy: "Update the server to Redis 7 or later: it has no streams.",
    };
  }
  if (countsEntries(info)) return { check, outcome: "ok", found };
  return {
    check,
    outcome: "warning",
    found,
    remedy:
      "Update the server to Redis 7 or later: an older one does not count the events that were trimmed away unread.",
  };
}

/** A part of something larger: replica, Sentinel, Cluster. */
export function* role(fields: Fields): Generator<Finding> {
  const mode = fields.get("redis_mode");
  if (mode === "sentinel" || mode === "cluster") {
    yield {
      check: "mode",
      outcome: "problem",
      found: mode,
      remedy: `Name a single server (or primary): ${mode === "sentinel" ? "Sentinels hold no data" : "Redis Cluster is not supported yet"}.`,
    };
  }
  const found = fields.get("role") ?? "not told";
  if (found === "master") yield { check: "role", outcome: "ok", found: "primary" };
  else if (found === "slave") {
    const primary = `${fields.get("master_host")}:${fields.get("master_port")}`;
    yield {
      check: "role",
      outcome: "problem",
      found: `replica of ${primary}`,
      remedy: `Name the primary in the URL, ${primary}: a replica takes no writes.`,
    };
  }
}

/** Of its limit; beyond the first there is little time left. */
const nearlyFull = 0.8;
const full = 0.98;

export function memory({ usedMemory, maxMemory }: ServerInfo): Finding {
  const check = "memory";
  if (usedMemory === null || maxMemory === null) {
    const remedy = "Ask who runs the server how much memory it has left.";
    return { check, outcome: "unknown", found: "not told", remedy };
  }
  if (maxMemory === 0) return { check, outcome: "ok", found: `${megabytes(usedMemory)} used, no limit` };
  const share = usedMemory / maxMemory;
  const found = `${megabytes(usedMemory)} of ${megabytes(maxMemory)} used (${Math.round(share * 100)} %)`;
  if (share < nearlyFull) return { check, outcome: "ok", found };
  return {
    check,
    outcome: share < full ? "warning" : "problem",
    found,
    remedy:
      "Raise maxmemory (redis-cli CONFIG SET maxmemory 2gb), or keep less: smaller maxLength of streams.",
  };
}

function policy(info: ServerInfo): Finding {
  const check = "maxmemory-policy";
  if (info.maxMemoryPolicy === null) {
    const remedy = "Ask who runs the server: it has to be noeviction.";
    return { check, outcome: "unknown", found: "not told", remedy };
  }
  const found = info.maxMemoryPolicy;
  if (!evicts(info)) return { check, outcome: "ok", found };
  const command = "redis-cli CONFIG SET maxmemory-policy noeviction, then CONFIG REWRITE";
  return info.maxMemory
    ? { check, outcome: "problem", found, remedy: `When the memory is full events vanish: ${command}` }
    : {
        check,
        outcome: "warning",
        found: `${found}, without a limit of memory`,
        remedy: `Once maxmemory is set events may vanish: ${command}`,
      };
}

async function persistence(questions: Questions, fields: Fields): Promise<Finding> {
  const check = "persistence";
  const failed = ["aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"].filter(
    (name) => (fields.get(name) ?? "ok") !== "ok",
  );
  if (failed.length > 0) {
    return {
      check,
      outcome: "problem",
      found: failed.map((name) => `${name}: ${fields.get(name)}`).join(", "),
      remedy:
        "The server could not write its disk: see its log, the free space (df) and the rights of its folder.",
    };
  }
  if (fields.get("aof_enabled") === "1") return { check, outcome: "ok", found: "append-only file" };
  const answer = await askIfAllowed(questions, "CONFIG", "GET", "save").catch((error: Error) => {
    // Services that one rents often do not know the command at all.
    if (error.name === "ReplyError") return undefined;
    throw error;
  });
  const save = Array.isArray(answer) ? answer[1] : undefined;
  if (typeof save !== "string") {
    return {
      check,
      outcome: "unknown",
      found: "no append-only file; whether snapshots are made this user may not ask (CONFIG GET save)",
      remedy: `Let it (ACL SETUSER ${questions.credentials.user} +config|get), or ask who runs the server.`,
    };
  }
  if (save !== "") return { check, outcome: "ok", found: `snapshots (save ${save})` };
  return {
    check,
    outcome: "warning",
    found: "off: a restart loses everything",
    remedy: "Unless that is meant: redis-cli CONFIG SET appendonly yes, then CONFIG REWRITE",
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MiB`;
}
