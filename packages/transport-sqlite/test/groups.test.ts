/** What groups are in a file: rows that come and go, by indexes, in small pieces, and tokens that no copy of the file gives again. */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DeliveredEntry, GroupReading, Transport } from "@attune/transport";
import { describe, expect, it, vi } from "vitest";
import { selectClaimable } from "../src/claim-pending.ts";
import { pendingOfGroup } from "../src/group-row.ts";
import { untilReopened } from "./support/losses.ts";
import { open, toRequest } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { lookAt } from "./support/tables-of.ts";
import { countsIn, openStore, range } from "./support/timed-store.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const group = "g";
const member = { eventTypes: ["t"], group, consumer: "c" };
const ofGroup = { eventType: "t", group };

const toEntries = ({ deliveries }: GroupReading): DeliveredEntry[] =>
  deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
const valuesOf = ({ deliveries }: GroupReading): unknown[] =>
  deliveries.map(({ entry }) => JSON.parse(entry.data!));

async function read({ groups }: Transport, count: number): Promise<GroupReading> {
  const [reading] = await groups.read({ ...member, count });
  return reading!;
}

async function claim({ groups }: Transport, count: number, minIdleMs = 0): Promise<GroupReading> {
  const [reading] = await groups.claim({ ...member, count, minIdleMs });
  return reading!;
}

/** A stream `t` with so many events, and a group that has been delivered none of them. */
async function withEvents(count: number) {
  const store = await openStore();
  const { streams, groups } = store.transport;
  const ids = await streams.append(range(count).map((n) => toRequest("t", n)));
  await groups.create({ ...ofGroup, from: "beginning" });
  return { ...store, store, ids, streams, groups };
}

describe("the rows of a group", () => {
  it("are there while its entries are pending, and no longer", async () => {
    const { store, transport, groups } = await withEvents(1200);
    const reading = await read(transport, 5000);
    expect(valuesOf(reading)).toEqual(range(1200));
    expect(countsIn(store)).toMatchObject({ consumer_group: 1, pending_entry: 1200 });
    const done = await groups.acknowledge({ ...ofGroup, entries: toEntries(reading) });
    expect(done).toEqual(range(1200).map(() => true));
    expect(countsIn(store).pending_entry).toBeUndefined();
    expect(await groups.states("t")).toMatchObject([{ pending: 0, lag: 0 }]);
  });

  it("are counted as what is pending, whatever becomes of them", async () => {
    const { store, transport, groups, streams, ids } = await withEvents(1000);
    const entries = toEntries(await read(transport, 900));
    await groups.acknowledge({ ...ofGroup, entries: entries.slice(0, 100) });
    await groups.acknowledge({ ...ofGroup, entries: entries.slice(50, 150) });
    await groups.handBack({
      ...ofGroup,
      entries: entries.slice(150, 300),
      delayMs: 0,
      counted: true,
    });
    // So many that they lie in the file for a while yet.
    await streams.trimBefore("t", ids[600]!);
    const claimed = await claim(transport, 1000);
    expect([...claimed.lostIds].sort()).toEqual(ids.slice(150, 600).sort());
    expect(claimed.deliveries).toHaveLength(300);
    await groups.extend({ ...ofGroup, entries: toEntries(claimed) });
    expect(countsIn(store)).toMatchObject({ entry: 1000, pending_entry: 300 });
    expect(await groups.states("t")).toMatchObject([{ pending: 300, lag: 100 }]);
    expect(await groups.pending({ ...ofGroup, count: 1000 })).toHaveLength(300);
  });

  it("are found by indexes: what is due, what is smallest, what a token names", async () => {
    const { path } = await withEvents(1);
    const plans = lookAt(path, (db) => {
      const planOf = (sql: string) =>
        db
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => String(detail));
      return {
        due: planOf(selectClaimable),
        smallest: planOf(`SELECT ms, seq ${pendingOfGroup} ORDER BY id LIMIT 1`),
        named: planOf("DELETE FROM pending_entry WHERE id = ((1 << 42) | 1) AND token = 1"),
        groups: planOf("SELECT * FROM consumer_group WHERE stream = 1 AND name = 'g'"),
      };
    });
    const all = Object.values(plans).flat();
    expect(
      all.filter((step) => /SCAN (entry|pending_entry|consumer_group)|TEMP B-TREE FOR ORDER BY/.test(step)),
    ).toEqual([]);
    expect(plans.due.join("\n")).toMatch(/pending_held \(<expr>=\? AND since<\?\)/);
    expect(plans.due.join("\n")).toMatch(/pending_handed_back \(<expr>=\? AND due<\?\)/);
    expect(plans.smallest.join()).toMatch(/INTEGER PRIMARY KEY/);
    expect(plans.named.join()).toMatch(/INTEGER PRIMARY KEY/);
  });

  it("are claimed oldest first, and each once in a call, however many there are", async () => {
    const { transport, groups, clock } = await withEvents(1500);
    const first = toEntries(await read(transport, 700));
    await clock.advance(1000);
    await read(transport, 800);
    await clock.advance(1000);
    await groups.extend({ ...ofGroup, entries: first.slice(0, 100) });
    await groups.handBack({ ...ofGroup, entries: first.slice(100, 200), delayMs: 500, counted: true });
    const idle = await claim(transport, 5000, 2000);
    expect(valuesOf(idle)).toEqual(range(500).map((n) => 200 + n));
    await clock.advance(500);
    const all = await claim(transport, 5000);
    expect(new Set(valuesOf(all)).size).toBe(1500);
    expect(valuesOf(all).slice(0, 800)).toEqual(range(800).map((n) => 700 + n));
    expect(valuesOf(all).slice(-100)).toEqual(range(100).map((n) => 100 + n));
  });

  it("leave the file in small steps when a group with many of them is deleted", async () => {
    const { store, transport, groups, clock } = await withEvents(8000);
    await read(transport, 8000);
    expect(await groups.delete("t", group)).toBe(true);
    expect(countsIn(store)).toMatchObject({ pending_entry: 8000, removed_group: 1 });
    // Out of sight, also for a group that is made anew.
    await groups.create({ ...ofGroup, from: "now" });
    expect(await groups.pending({ ...ofGroup, count: 10 })).toEqual([]);
    expect(await claim(transport, 10)).toMatchObject({ exists: true, deliveries: [], lostIds: [] });
    await clock.advance(60_000);
    expect(countsIn(store)).toEqual({ entry: 8000, stream: 1, consumer_group: 1 });
  });

  it("are listed behind any id, also when the entries themselves were trimmed away", async () => {
    const { transport, groups, streams, ids } = await withEvents(1300);
    const entries = toEntries(await read(transport, 1300));
    await groups.acknowledge({ ...ofGroup, entries: entries.filter((_, n) => n % 3 === 0) });
    await streams.trim("t", 100);
    const left = ids.filter((_, n) => n % 3 !== 0);
    for (const n of [0, 1, 2, 700, 1250, 1298, 1299]) {
      const found = await groups.pending({ ...ofGroup, count: 2000, afterId: ids[n]! });
      expect(found.map(({ id }) => id)).toEqual(left.filter((id) => ids.indexOf(id) > n));
    }
    expect(await groups.pending({ ...ofGroup, count: 2000, afterId: "0-0" })).toHaveLength(left.length);
  });
});

describe("tokens", () => {
  it("of deliveries that were handed back uncounted stay invalid when the count comes again", async () => {
    const { transport, groups } = await withEvents(1);
    const old = toEntries(await read(transport, 1));
    await groups.handBack({ ...ofGroup, entries: old, delayMs: 0, counted: false });
    expect(await groups.acknowledge({ ...ofGroup, entries: old })).toEqual([false]);
    const again = await claim(transport, 1);
    expect(again.deliveries).toMatchObject([{ deliveries: 1 }]);
    expect(await groups.acknowledge({ ...ofGroup, entries: old })).toEqual([false]);
    expect(await groups.extend({ ...ofGroup, entries: old })).toEqual([false]);
    expect(await groups.acknowledge({ ...ofGroup, entries: toEntries(again) })).toEqual([true]);
  });

  it("are of no use for another entry, another group, or when they are made up", async () => {
    const { transport, groups } = await withEvents(2);
    await groups.create({ eventType: "t", group: "other", from: "beginning" });
    const [first, second] = toEntries(await read(transport, 2)) as [DeliveredEntry, DeliveredEntry];
    await groups.read({ ...member, group: "other", count: 2 });
    const entries = [
      { id: first.id, token: second.token },
      { id: second.id, token: first.token },
      ...["x", "1", "1.", ".1", "1.0", "9999999999999.1", "1.zzzzzzzzzz", `${first.token} `].map((token) => ({
        id: first.id,
        token,
      })),
    ];
    expect(await groups.acknowledge({ ...ofGroup, entries })).toEqual(entries.map(() => false));
    expect(await groups.acknowledge({ ...ofGroup, group: "other", entries: [first] })).toEqual([false]);
    expect(await groups.acknowledge({ ...ofGroup, entries: [first, first] })).toEqual([true, false]);
  });

  it("are not given again by a copy of the file that was put back", async () => {
    const path = join(scratchFolder(), "attune.db");
    const one = await open({ path });
    await one.transport.streams.append([toRequest("t", 1)]);
    await one.transport.groups.create({ ...ofGroup, from: "beginning" });
    await one.transport.close();
    copyFileSync(path, `${path}.copy`);
    const two = await open({ path });
    const old = toEntries(await read(two.transport, 1));
    await two.transport.close();
    copyFileSync(`${path}.copy`, path);
    const three = await open({ path });
    const now = toEntries(await read(three.transport, 1));
    expect(now.map(({ id }) => id)).toEqual(old.map(({ id }) => id));
    expect(await three.transport.groups.acknowledge({ ...ofGroup, entries: old })).toEqual([false]);
    expect(await three.transport.groups.acknowledge({ ...ofGroup, entries: now })).toEqual([true]);
  });
});

describe("where a group begins", () => {
  it("may be an id that is still to come: what comes before it is neither delivered nor missed", async () => {
    const { transport, groups, streams } = await withEvents(3);
    const ahead = "9999999999999-18446744073709551615";
    await groups.create({ eventType: "t", group: "ahead", from: { after: ahead } });
    await streams.append([toRequest("t", "before it")]);
    await streams.trim("t", 0);
    await streams.append([toRequest("t", "before it too")]);
    expect(await groups.states("t")).toMatchObject([
      { group: "ahead", lag: 0, deliveredId: ahead },
      { group },
    ]);
    const [reading] = await transport.groups.read({ ...member, group: "ahead", count: 10 });
    expect(reading).toMatchObject({ exists: true, deliveries: [], missed: 0, floorId: ahead });
  });

  it("is a stream made for it, whose ids lie above those of the one that was deleted", async () => {
    const { groups, streams, transport, ids } = await withEvents(3);
    await streams.delete("t");
    expect(await read(transport, 10)).toMatchObject({ exists: false, floorId: "0-0" });
    expect(await groups.create({ ...ofGroup, from: "now" })).toBe(true);
    expect(await streams.list({ thorough: true })).toEqual(["t"]);
    expect(await streams.states(["t"])).toMatchObject([{ length: 0, added: 0, lastId: "0-0" }]);
    expect(await groups.states("t")).toMatchObject([{ deliveredId: "0-0", floorId: "0-0", lag: 0 }]);
    const [id] = await streams.append([toRequest("t", "new")]);
    expect(Number(id!.split("-")[0])).toBeGreaterThanOrEqual(Number(ids[2]!.split("-")[0]));
    expect(ids).not.toContain(id);
    expect(valuesOf(await read(transport, 10))).toEqual(["new"]);
  });
});

describe("a file that is gone", () => {
  it("took its groups with it: who reads on is told that there is none, and makes one again", async () => {
    const path = join(scratchFolder(), "attune.db");
    const opened = await open({ path });
    const { transport } = opened;
    await transport.streams.append([toRequest("t", 1)]);
    await transport.groups.create({ ...ofGroup, from: "beginning" });
    const entries = toEntries(await read(transport, 1));
    for (const ending of ["-wal", "-shm", ""]) rmSync(`${path}${ending}`);
    await untilReopened(opened);
    await transport.streams.append([toRequest("t", 2)]);
    expect(await read(transport, 1)).toMatchObject({ exists: false, deliveries: [] });
    expect(await claim(transport, 1)).toMatchObject({ exists: false, deliveries: [] });
    expect(await transport.groups.acknowledge({ ...ofGroup, entries })).toEqual([false]);
    expect(await transport.groups.create({ ...ofGroup, from: "beginning" })).toBe(true);
    expect(valuesOf(await read(transport, 10))).toEqual([2]);
  });
});

describe("consumers that find nothing", () => {
  it("do not take the lock for writing", async () => {
    const { transport, groups, path } = await withEvents(1);
    await groups.acknowledge({ ...ofGroup, entries: toEntries(await read(transport, 1)) });
    const holder = new DatabaseSync(path);
    holder.exec("BEGIN IMMEDIATE");
    const answers = [
      await read(transport, 10),
      await claim(transport, 10),
      await groups.create({ ...ofGroup, from: "now" }),
    ];
    holder.exec("ROLLBACK");
    holder.close();
    expect(answers).toMatchObject([{ exists: true }, { exists: true }, false]);
  });
});
