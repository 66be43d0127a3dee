/** What is made of what a server says, where no server at hand says it. */
import { describe, expect, it } from "vitest";
import { clockFinding } from "../../src/diagnose/look-at-clock.ts";
import { encryption, isLoopback } from "../../src/diagnose/look-at-connection.ts";
import { memory, role, version } from "../../src/diagnose/look-at-server.ts";
import { parseFields, parseServerInfo } from "../../src/server-info.ts";

describe("the version", () => {
  it.each([
    ["redis_version:7.0.15", "ok", "Redis 7.0.15"],
    ["redis_version:8.2.1", "ok", "Redis 8.2.1"],
    ["redis_version:7.2.4\nvalkey_version:8.0.1", "ok", "Valkey 8.0.1"],
    ["redis_version:6.2.14", "warning", "Redis 6.2.14"],
    ["redis_version:4.0.9", "problem", "Redis 4.0.9"],
    ["server:other", "unknown", "not told"],
  ])("%s: %s", (text, outcome, found) => {
    expect(version(parseServerInfo(text))).toMatchObject({ outcome, found });
  });
});

describe("the memory", () => {
  it.each([
    ["used_memory:999\nmaxmemory:0", "ok"],
    ["used_memory:799\nmaxmemory:1000", "ok"],
    ["used_memory:800\nmaxmemory:1000", "warning"],
    ["used_memory:980\nmaxmemory:1000", "problem"],
    ["used_memory:2000\nmaxmemory:1000", "problem"],
    ["maxmemory:1000", "unknown"],
  ])("%j: %s", (text, outcome) => {
    expect(memory(parseServerInfo(text)).outcome).toBe(outcome);
  });
});

describe("a part of something larger", () => {
  it.each([
    ["redis_mode:sentinel", ["problem"]],
    ["redis_mode:cluster\nrole:master", ["problem", "ok"]],
    ["redis_mode:standalone\nrole:master", ["ok"]],
    ["role:slave\nmaster_host:h\nmaster_port:1", ["problem"]],
  ])("%j: %j", (text, outcomes) => {
    expect([...role(parseFields(text))].map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});

describe("isLoopback", () => {
  it.each(["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])("%s is", (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(["10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "127.example.org", undefined])(
    "%s is not",
    (address) => {
      expect(isLoopback(address)).toBe(false);
    },
  );
});

describe("the clock", () => {
  it("is not judged by what the trip may have taken", () => {
    expect(clockFinding({ aheadMs: 1400, tripMs: 1000 }).outcome).toBe("ok");
    expect(clockFinding({ aheadMs: 1600, tripMs: 1000 }).outcome).toBe("warning");
  });
});

describe("the encryption", () => {
  it.each([
    ["redis:", "127.0.0.1", "hunter2", "ok", "the same machine"],
    ["rediss:", "10.0.0.1", "hunter2", "ok", "TLS"],
    ["redis:", "10.0.0.1", "hunter2", "warning", "the password goes over the network in clear"],
    ["redis:", "10.0.0.1", undefined, "warning", "none"],
    ["redis:", undefined, "hunter2", "warning", "in clear"],
  ])("%s to %s with the password %s: %s", (scheme, remoteAddress, password, outcome, found) => {
    const credentials = { user: "default", password, db: 0 };
    const finding = encryption({ location: `${scheme}//h:1`, remoteAddress, credentials });
    expect(finding).toMatchObject({ outcome, found: expect.stringContaining(found) });
    expect(JSON.stringify(finding)).not.toContain("hunter2");
  });
});
