/** What is read from a server's answer to INFO, as servers give it. */
import { describe, expect, it } from "vitest";
import { parseServerInfo } from "../src/server-info.ts";

const redis = [
  "# Server",
  "redis_version:7.0.15",
  "redis_git_sha1:00000000",
  "os:Linux 6.1.0 x86_64",
  "executable:/usr/bin/redis-server",
  "config_file:",
  "",
  "# Memory",
  "used_memory:1048576",
  "used_memory_human:1.00M",
  "used_memory_peak:2097152",
  "maxmemory:104857600",
  "maxmemory_human:100.00M",
  "maxmemory_policy:allkeys-lru",
  "",
].join("\r\n");

const valkey = redis.replace(
  "redis_version:7.0.15\r\n",
  "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nvalkey_release_stage:ga\r\n",
);

describe("parseServerInfo", () => {
  it("reads what a Redis says", () => {
    expect(parseServerInfo(redis)).toEqual({
      product: "Redis",
      version: "7.0.15",
      redisVersion: "7.0.15",
      usedMemory: 1_048_576,
      maxMemory: 104_857_600,
      maxMemoryPolicy: "allkeys-lru",
    });
  });

  it("tells a Valkey's own version from that of the Redis that it is compatible with", () => {
    expect(parseServerInfo(valkey)).toMatchObject({
      product: "Valkey",
      version: "8.0.1",
      redisVersion: "7.2.4",
      usedMemory: 1_048_576,
    });
  });

  it.each(["", "no fields", "redis_version:\r\nused_memory:\r\nmaxmemory:lots\r\nmaxmemory_policy:\r\n"])(
    "what is missing, empty or no number is null: %j",
    (text) => {
      expect(parseServerInfo(text)).toEqual({
        product: "Redis",
        version: null,
        redisVersion: null,
        usedMemory: null,
        maxMemory: null,
        maxMemoryPolicy: null,
      });
    },
  );
});
