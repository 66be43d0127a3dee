/** The scripts of groups on servers that are not at hand: older ones, and one on which a day has passed. */
import { idBefore } from "@attune/transport";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { sources } from "../src/scripts.generated.ts";
import type { ScriptName } from "../src/scripts.ts";

const stream = "events:a";
const keys = [stream, "handed-back", "uncounted"];

type Change = [from: string | RegExp, to: string];

/** What a Redis 6 does not tell. */
const tellsNoCounts: Change = [
  "fields[list[i]] = list[i + 1]",
  `if not ({ ['entries-added'] = 1, ['entries-read'] = 1, ['max-deleted-entry-id'] = 1, ['lag'] = 1 })[list[i]] then
    fields[list[i]] = list[i + 1]
  end`,
];
/** What a Redis 6 refuses as a mistake in the syntax. */
const knowsNoEntriesRead: Change = [/'ENTRIESREAD'/g, "'NO SUCH OPTION'"];
/** What a Redis 6.0 refuses as a mistake in the syntax. */
const knowsNoIdle: Change = ["'IDLE'", "'NO SUCH OPTION'"];

describe.skipIf(inject("redisUrl") === "")("scripts of groups", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  /** Runs a script as it would run on another server. */
  function run(name: ScriptName, args: readonly string[], ...changes: Change[]): Promise<unknown> {
    let source: string = sources[name];
    for (const [from, to] of changes) {
      const changed = source.replace(from, to);
      expect(changed, `${name} has ${from}`).not.toBe(source);
      source = changed;
    }
    return server.command("EVAL", source, keys.length, ...keys, ...args);
  }

  const add = (...ids: string[]) =>
    server.command(
      "EVAL",
      "for _, id in ipairs(ARGV) do redis.call('XADD', KEYS[1], id, 'data', id) end",
      1,
      stream,
      ...ids,
    );
  const createOld = (from: string) =>
    run("create-group", ["g", from], tellsNoCounts).catch(() => "a Redis 6 refuses");
  /** Missed, floor, pending. */
  const state = async () => {
    const [exists, ...rest] = (await run(
      "group-state",
      ["g"],
      tellsNoCounts,
      knowsNoEntriesRead,
    )) as unknown[];
    expect(exists).toBe(1);
    return rest;
  };
  const missed = async () => (await state())[0];
  const read = (count: number) =>
    server.command("XREADGROUP", "GROUP", "g", "c", "COUNT", count, "STREAMS", stream, ">");
  const trim = (length: number) => server.command("XTRIM", stream, "MAXLEN", length);

  it("ids before others are right beyond 2^53, and the same as ours", async () => {
    const max = "18446744073709551615";
    const ids = [
      "0-0",
      "0-1",
      "1-0",
      "1-10",
      "10-0",
      "100-0",
      "9007199254740993-9007199254740993",
      `${max}-0`,
    ];
    ids.push(`${max}-${max}`, "1000000000000000000-0", "5-100", "7-10000000000000000000");
    // trim-before asks for everything up to the id before: seen by what it asks for.
    for (const id of ids) {
      const source = sources["trim-before"].replace(/local removed.*/s, "return idBefore(ARGV[1])");
      expect(await server.command("EVAL", source, 0, id), id).toBe(idBefore(id));
    }
  });

  describe("on a Redis 6", () => {
    it("a group is made without counts, on a stream that there is and on one that there is not", async () => {
      expect(await run("create-group", ["g", "beginning"], knowsNoEntriesRead)).toBe(1);
      expect(await run("create-group", ["g", "beginning"], knowsNoEntriesRead)).toBe(0);
      await add("1-0", "2-0");
      for (const from of ["beginning", "now", "1-0", "9-0"]) {
        const made = run("create-group", [`from ${from}`, from], tellsNoCounts, knowsNoEntriesRead);
        expect(await made, from).toBe(1);
      }
    });

    it("what was trimmed away unread is told once, without a number", async () => {
      await createOld("beginning");
      await add("1-0", "2-0", "3-0", "4-0");
      expect(await state()).toEqual([0, "0-0", 0]);
      await read(2);
      expect(await state()).toEqual([0, "0-18446744073709551615", 2]);
      await server.command("XACK", stream, "g", "1-0", "2-0");
      await trim(1);
      expect(await state()).toEqual([-1, "3-18446744073709551615", 0]);
      expect(await state()).toEqual([0, "3-18446744073709551615", 0]);
      await read(9);
      expect(await state()).toEqual([0, "3-18446744073709551615", 1]);
      await add("5-0");
      await trim(0);
      expect(await missed()).toBe(-1);
      expect(await missed()).toBe(0);
    });

    it("nothing is missed where the group has read all, or nothing is trimmed", async () => {
      await add("1-0", "2-0");
      await createOld("beginning");
      expect(await missed()).toBe(0);
      await read(9);
      await trim(0);
      expect(await missed()).toBe(0);
    });

    it("pending entries that were trimmed away come as nothing from XCLAIM, and are not pending any more", async () => {
      await createOld("beginning");
      await add("1-0", "2-0");
      await read(9);
      const claimsNothing: Change = [
        "redis.call('XCLAIM', KEYS[1], name, claimer, 0, unpack(part))",
        "{ false, false }",
      ];
      const claim = () => run("claim-entries", ["g", "d", "9", "0", "nobody"], claimsNothing);
      expect(await claim()).toEqual([1, "2-0", ["1-0", "2-0"], [], []]);
      expect(await claim()).toEqual([1, "2-0", [], [], []]);
    });

    it("the lag is told where nothing need be counted", async () => {
      const lags = async () => {
        const reply = (await run("list-groups", [], tellsNoCounts)) as unknown[];
        return reply[2];
      };
      await createOld("beginning");
      await add("1-0", "2-0", "3-0", "4-0");
      expect(await lags()).toBe(4);
      await read(1);
      expect(await lags()).toBe(3);
      await read(1);
      expect(await lags()).toBe(-1);
      await trim(1);
      expect(await lags()).toBe(1);
      await read(9);
      expect(await lags()).toBe(0);
    });
  });

  describe("on a Redis 6.0", () => {
    const claim = (count: number, minIdle: number) =>
      run("claim-entries", ["g", "d", String(count), String(minIdle), "nobody"], knowsNoIdle) as Promise<
        [1, string, string[], [string, unknown][], number[]]
      >;

    it("idle entries are found by looking through all, oldest first", async () => {
      await createOld("beginning");
      const ids = Array.from({ length: 2500 }, (_, n) => `1-${n + 1}`);
      await add(...ids);
      await read(2500);
      // Ten that are idle for longer than the others, the last of them at the end of the second and third page.
      const idle = [3, 999, 1000, 1001, 1998, 1999, 2000, 2001, 2002, 2499].map((n) => ids[n]!);
      await server.command("XCLAIM", stream, "g", "c", 0, ...idle, "IDLE", 600_000, "JUSTID");
      const sorted = (reply: { 3: [string, unknown][] }) => reply[3].map(([id]) => id).sort();
      expect(sorted(await claim(4, 300_000))).toEqual(idle.slice(0, 4).sort());
      expect(sorted(await claim(99, 300_000))).toEqual(idle.slice(4).sort());
      expect(sorted(await claim(99, 300_000))).toEqual([]);
      expect(sorted(await claim(3000, 0))).toHaveLength(2500);
    }, 20_000);

    it("trimming before an id removes exactly what is older", async () => {
      const ids = Array.from({ length: 1200 }, (_, n) => `${n + 1}-0`);
      await add(...ids);
      expect(await run("trim-before", ["1-0"])).toBe(0);
      expect(await run("trim-before", ["1101-0"])).toBe(1100);
      expect(await run("trim-before", ["1101-0"])).toBe(0);
      const [first] = (await server.command("XRANGE", stream, "-", "+")) as unknown as [string][];
      expect(first![0]).toBe("1101-0");
      expect(await run("trim-before", ["9999-0"])).toBe(100);
    });
  });

  it("consumers that have been away for a day with nothing pending are forgotten by a claim", async () => {
    const consumers = async () =>
      ((await server.command("XINFO", "CONSUMERS", stream, "g")) as unknown as string[][]).map(
        ([, name]) => name,
      );
    const claim = (...changes: Change[]) =>
      run("claim-entries", ["g", "d", "9", "60000", "nobody"], ...changes);
    await createOld("beginning");
    await add("1-0");
    await read(1);
    await server.command("XGROUP", "CREATECONSUMER", stream, "g", "idle");
    await server.command("XGROUP", "CREATECONSUMER", stream, "g", "d");
    await claim();
    expect(await consumers()).toEqual(["c", "d", "idle"]);
    await claim(["24 * 3600 * 1000", "-1"]);
    expect(await consumers()).toEqual(["c", "d"]);
  });
});
