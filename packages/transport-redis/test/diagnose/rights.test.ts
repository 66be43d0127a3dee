/** What is found of the rights of a user: exactly those that are missing. */
import { readFileSync } from "node:fs";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { trialsOf } from "../../src/diagnose/needed-rights.ts";
import { Keys } from "../../src/keys.ts";
import { look, notOk } from "./looked.ts";

// A busy machine takes its time: what is waited for below is an answer.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const patient = { operationTimeoutMs: 10_000 };

const document = readFileSync(new URL("../../../../docs/redis-acl.md", import.meta.url), "utf8");
const line = /^ACL SETUSER .*$/m.exec(document)![0];
const documented = [...line.matchAll(/ \+(\S+)/g)].map((match) => match[1]!);
const commands = "rights to commands";

it("asks for each right that is documented", () => {
  const asked = Object.keys(trialsOf(new Keys("empathy:"), "x"));
  const otherwise = ["multi", "exec", "subscribe", "unsubscribe"];
  expect([...asked, ...otherwise].sort()).toEqual([...documented].sort());
});

describe.skipIf(inject("redisUrl") === "")("the rights of", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ appendOnly: true });
  });
  beforeEach(async () => {
    await server.command("ACL", "SETUSER", "attune", "reset");
    await server.command(...(line.split(" ") as [string, ...string[]]));
    await server.command("ACL", "LOG", "RESET");
  });
  afterAll(() => server.stop());

  const url = () => server.url.replace("redis://", "redis://attune:PASSWORD@");
  const change = (...rules: string[]) => server.command("ACL", "SETUSER", "attune", ...rules);

  it("the documented user are enough, for the look as well", async () => {
    expect(notOk(await look(url(), patient))).toEqual({});
    expect(await server.command("ACL", "LOG")).toEqual([]);
  });

  // Those that are asked for in another way, or are needed for other looks too, and some.
  it.each([
    ...["multi", "exec", "subscribe", "unsubscribe", "publish", "ping", "exists", "del", "time", "scan"],
    ...["xadd", "xread", "xreadgroup", "xinfo|groups", "memory|usage", "eval", "evalsha", "zscore", "set"],
  ])("a user without %s: named, with the command that gives it", async (right) => {
    await change(`-${right}`);
    const finding = (await look(url(), patient))[commands];
    expect(finding?.outcome).toBe("problem");
    expect(finding?.found).toContain(`attune may not run ${right}`);
    await change(...(/ACL SETUSER attune ([^,]+),/.exec(finding!.remedy!)?.[1]?.split(" ") ?? []));
    expect(notOk(await look(url(), patient))).toEqual({});
  });

  it("a user without one that is needed and one that is not: a problem, and both are named", async () => {
    await change("-client|id", "-xadd");
    const finding = (await look(url(), patient))[commands];
    expect(finding).toMatchObject({
      outcome: "problem",
      remedy: expect.stringContaining("+client|id +xadd"),
    });
  });

  it("a user without any: all are named", async () => {
    await change("-@all", "+multi", "+exec");
    const finding = (await look(url(), patient))[commands];
    for (const right of documented.filter((name) => name !== "multi" && name !== "exec")) {
      expect(finding?.remedy).toContain(` +${right}`);
    }
  });

  it.each([
    ["client|id", { [commands]: "warning" }],
    ["client|unblock", { [commands]: "warning" }],
    ["info", { [commands]: "warning", settings: "unknown" }],
  ])("a user without %s: a warning, since all else works", async (right, expected) => {
    await change(`-${right}`);
    expect(notOk(await look(url(), patient))).toEqual(expected);
  });

  it("a user that may not ask how snapshots are made: not known, and all else is told", async () => {
    await server.command("CONFIG", "SET", "appendonly", "no");
    const findings = await look(url(), patient);
    expect(notOk(findings)).toEqual({ persistence: "unknown" });
    expect(findings.persistence?.remedy).toContain("+config|get");
    await change("+config|get");
    expect(notOk(await look(url(), patient))).toEqual({ persistence: "warning" });
    await server.command("CONFIG", "SET", "appendonly", "yes");
  });

  it.each([
    ["other keys", ["resetkeys", "~other:*"]],
    ["some of the keys", ["resetkeys", "~empathy:events:*"]],
    ["reading broadcasts, and all else", ["resetkeys", "%R~empathy:*", "~empathy:[a-z]*"]],
    ["reading keys", ["resetkeys", "%R~empathy:*"]],
    ["writing keys", ["resetkeys", "%W~empathy:*"]],
  ])("a user for %s only", async (_, rules) => {
    await change(...rules);
    const findings = await look(url(), patient);
    expect(findings["rights to keys"]).toMatchObject({
      outcome: "problem",
      remedy: expect.stringMatching(/~empathy:\*/),
    });
    expect(findings[commands]?.outcome).toBe("ok");
  });

  it("a user for other channels", async () => {
    await change("resetchannels", "&other");
    const findings = await look(url(), patient);
    expect(notOk(findings)).toEqual({ "rights to channels": "problem" });
    expect(findings["rights to channels"]?.remedy).toContain("&empathy:bell:*");
  });

  it("a user of another prefix", async () => {
    const findings = await look(url(), { ...patient, prefix: "fleet:" });
    expect(findings["rights to keys"]?.remedy).toContain("~fleet:*");
    expect(findings["rights to channels"]?.remedy).toContain("&fleet:bell:*");
    await change("resetkeys", "~fleet:*", "resetchannels", "&fleet:bell:*");
    expect(notOk(await look(url(), { ...patient, prefix: "fleet:" }))).toEqual({});
  });
});
