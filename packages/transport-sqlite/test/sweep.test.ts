/** Retention: what nobody can see any more leaves the tables, in small steps. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { manualClock } from "@attune/transport-conformance";
import { describe, expect, it, vi } from "vitest";
import { sweep } from "../src/sweep.ts";
import { openParts } from "./support/open-parts.ts";
import { toPost, toPut, toRequest } from "./support/opened.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import { type Counts, countsIn, openStore, range, type Store } from "./support/timed-store.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const second = 1000;
const minute = 60 * second;

interface Kind {
  readonly what: string;
  make(store: Store): Promise<unknown>;
  /** The rows that there are then. */
  readonly made: Counts;
  /** So long nothing of it goes. */
  readonly keptMs: number;
  /** After so long, all told, it has gone. */
  readonly goneMs: number;
  /** What stays. */
  readonly leaves?: Counts;
}

const kinds: readonly Kind[] = [
  {
    what: "signals whose time is over, and the ids of those that were posted",
    async make({ transport: { mailboxes } }) {
      for (const n of range(300)) await mailboxes.post(toPost(`m${n}`, { ttlMs: 100 }));
    },
    made: { message: 300, posted: 300 },
    keptMs: 119 * second,
    goneMs: 3 * minute,
  },
  {
    what: "broadcasts whose time is over, and who has seen them",
    async make({ transport: { mailboxes } }) {
      for (const n of range(20)) await mailboxes.post(toPost(`m${n}`, { target: null, ttlMs: 100 }));
      for (const n of range(30)) await mailboxes.clear(`agent ${n}`, {});
    },
    made: { message: 20, posted: 20, seen: 600 },
    keptMs: 119 * second,
    goneMs: 3 * minute,
  },
  {
    what: "signals that were taken, and their receipts, though their time is not over",
    async make({ transport: { mailboxes } }) {
      const wanted = { anyOf: [{}], count: 1 };
      for (const n of range(300)) {
        const agent = `agent ${n}`;
        await mailboxes.post(toPost(`m${n}`, { target: agent, ttlMs: 100 * minute }));
        await mailboxes.take({ agent, wanted, receipt: "r" });
      }
    },
    made: { message: 300, posted: 300, receipt: 300 },
    keptMs: 119 * second,
    goneMs: 3 * minute,
  },
  {
    what: "receipts of takes that were undone",
    async make({ transport: { mailboxes } }) {
      for (const n of range(300)) await mailboxes.restore("x", `r${n}`);
    },
    made: { receipt: 300 },
    keptMs: 119 * second,
    goneMs: 3 * minute,
  },
  {
    what: "idempotency keys",
    async make({ transport: { streams } }) {
      await streams.append(range(300).map((n) => toRequest("t", n, { idempotencyKey: `k${n}` })));
    },
    made: { entry: 300, stream: 1, idempotency_key: 300 },
    keptMs: 119 * second,
    goneMs: 3 * minute,
    leaves: { entry: 300, stream: 1 },
  },
  {
    what: "rings",
    async make({ transport: { records } }) {
      for (const _ of range(300)) await records.put(toPut("k", { announce: true, keepMs: 100 * minute }));
    },
    made: { record: 1, ring: 300 },
    keptMs: 1 * second,
    goneMs: 1 * minute,
    leaves: { record: 1 },
  },
  {
    what: "records without a lease",
    async make({ transport: { records } }) {
      for (const n of range(300)) await records.put(toPut(`k${n}`, { keepMs: 1 * minute }));
    },
    made: { record: 300 },
    keptMs: 59 * second,
    goneMs: 90 * second,
  },
  {
    what: "records whose lease ran out, which nobody has claimed, and who has held them",
    async make({ transport: { records } }) {
      const condition = { holder: "h" };
      for (const n of range(300)) {
        await records.put(toPut(`k${n}`, { condition, leaseMs: 1 * minute, keepMs: 1 * minute }));
      }
    },
    made: { record: 300, holder: 300 },
    keptMs: 119 * second,
    goneMs: 150 * second,
  },
  {
    what: "records whose expiry was settled",
    async make({ transport: { records }, clock }) {
      for (const n of range(50)) await records.put(toPut(`k${n}`, { leaseMs: 10, keepMs: 1 * minute }));
      await clock.advance(20);
      const claimed = await records.claimExpired({
        bucket: "b",
        claimer: "c",
        holdMs: 1000,
        count: 50,
        gapMs: minute,
      });
      for (const { key, version } of claimed) {
        await records.settleExpired({ bucket: "b", key, version, claimer: "c" });
      }
    },
    made: { record: 50, ring: 50 },
    keptMs: 9 * second,
    goneMs: 2 * minute,
  },
  {
    what: "entries that were trimmed away",
    async make({ transport: { streams } }) {
      await streams.append(range(5000).map((n) => toRequest("t", n)));
      await streams.append(range(5000).map((n) => toRequest("u", n)));
      await streams.trim("t", 100);
    },
    made: { entry: 10_000, stream: 2, removed_entry: 1 },
    keptMs: 0,
    goneMs: 1 * minute,
    leaves: { entry: 5100, stream: 2 },
  },
  {
    what: "streams that were deleted, and their idempotency keys",
    async make({ transport: { streams } }) {
      await streams.append(range(5000).map((n) => toRequest("t", n, { idempotencyKey: `k${n}` })));
      await streams.append([toRequest("u", 1)]);
      await streams.delete("t");
    },
    made: { entry: 5001, stream: 1, removed_entry: 1 },
    keptMs: 0,
    goneMs: 3 * minute,
    leaves: { entry: 1, stream: 1 },
  },
  {
    what: "what was pending with groups that were deleted, by themselves or with their streams",
    async make({ transport: { streams, groups } }) {
      await streams.append(range(2000).map((n) => toRequest("t", n)));
      await streams.append(range(2000).map((n) => toRequest("u", n)));
      for (const group of ["gone", "stays"]) {
        for (const eventType of ["t", "u"]) await groups.create({ eventType, group, from: "beginning" });
        await groups.read({ eventTypes: ["t", "u"], group, consumer: "c", count: 1500 });
      }
      await groups.delete("u", "gone");
      await streams.delete("t");
    },
    made: { consumer_group: 1, removed_group: 3, pending_entry: 6000 },
    keptMs: 0,
    goneMs: 1 * minute,
    leaves: { entry: 2000, stream: 1, consumer_group: 1, pending_entry: 1500 },
  },
];

describe("sweeping", () => {
  it.each(kinds)("removes $what", async ({ make, made, keptMs, goneMs, leaves = {} }) => {
    const store = await openStore();
    await make(store);
    expect(countsIn(store)).toMatchObject(made);
    await store.clock.advance(keptMs);
    if (keptMs > 0) expect(countsIn(store)).toMatchObject(made);
    await store.clock.advance(goneMs - keptMs);
    expect(countsIn(store)).toEqual(leaves);
  });

  it("removes nothing that can still be seen or asked for", async () => {
    const store = await openStore();
    const { streams, mailboxes, records } = store.transport;
    await streams.append(range(100).map((n) => toRequest("t", n)));
    for (const n of range(100)) await mailboxes.post(toPost(`m${n}`, { ttlMs: 10 * minute }));
    for (const n of range(10)) await mailboxes.post(toPost(`b${n}`, { target: null, ttlMs: 10 * minute }));
    await mailboxes.clear("y", {});
    for (const n of range(100))
      await records.put(toPut(`lease ${n}`, { leaseMs: 4 * minute, keepMs: 5 * minute }));
    for (const n of range(100)) await records.put(toPut(`none ${n}`, { keepMs: 10 * minute }));
    // Something goes meanwhile, so that there is sweeping.
    await mailboxes.post(toPost("short", { ttlMs: 1 }));
    await store.clock.advance(8 * minute);
    expect(countsIn(store)).toEqual({ entry: 100, stream: 1, message: 110, seen: 10, record: 200 });
    expect(await mailboxes.list({ agent: "x", selector: {}, count: 1000 })).toHaveLength(110);
    expect(await mailboxes.list({ agent: "y", selector: {}, count: 1000 })).toEqual([]);
    const { records: found } = await records.list({ bucket: "b", from: null, count: 1000 });
    expect(found).toHaveLength(200);
    expect(await records.count("b")).toBe(0);
  });

  it("goes on after it failed: a lock that is held, a disk that is full", async () => {
    const store = await openStore();
    const { path, clock } = store;
    for (const n of range(300)) await store.transport.mailboxes.post(toPost(`m${n}`, { ttlMs: 100 }));
    const holder = new DatabaseSync(path);
    holder.exec("BEGIN IMMEDIATE");
    await clock.advance(5 * minute);
    expect(countsIn(store)).toMatchObject({ message: 300, posted: 300 });
    holder.exec("ROLLBACK");
    holder.close();
    await clock.advance(minute);
    expect(countsIn(store)).toEqual({});
    expect(store.warnings).toEqual([]);
  });
});

describe("a step of sweeping", () => {
  /** More than a step takes of each kind, all of it due. */
  async function fillWithRemains(store: Store): Promise<void> {
    const { transport, clock } = store;
    const { streams, groups, mailboxes, records } = transport;
    await streams.append(range(3000).map((n) => toRequest("t", n, { idempotencyKey: `k${n}` })));
    await streams.trim("t", 0);
    await streams.append(range(3000).map((n) => toRequest("u", n)));
    await groups.create({ eventType: "u", group: "g", from: "beginning" });
    await groups.read({ eventTypes: ["u"], group: "g", consumer: "c", count: 3000 });
    await streams.delete("u");
    const condition = { holder: "h" };
    const posts = range(1000).map((n) => mailboxes.post(toPost(`m${n}`, { ttlMs: 1 })));
    const broadcasts = range(50).map((n) => mailboxes.post(toPost(`b${n}`, { target: null, ttlMs: 1 })));
    const seen = range(100).map((n) => mailboxes.clear(`agent ${n}`, {}));
    const receipts = range(1000).map((n) => mailboxes.restore("x", `r${n}`));
    const puts = range(1000).map((n) =>
      records.put(toPut(`k${n}`, { keepMs: 1, condition, announce: true })),
    );
    const leases = range(1000).map((n) => records.put(toPut(`l${n}`, { keepMs: 1, leaseMs: 1, condition })));
    await Promise.all([...posts, ...broadcasts, ...seen, ...receipts, ...puts, ...leases]);
    // In no time at all: nothing has been swept.
    expect(clock.monotonic()).toBe(0);
  }

  it("removes so few rows that nobody waits long for its transaction, however many are due", async () => {
    const path = join(scratchFolder(), "attune.db");
    const clock = manualClock();
    let now = 0;
    const { transport, database, ...rest } = await openParts({ path, clock, machineTime: () => now });
    const store: Store = { transport, database, path, clock, ...rest };
    await fillWithRemains(store);
    const rowsLeft = () => Object.values(countsIn(store)).reduce((sum, rows) => sum + rows, 0);
    const all = rowsLeft();
    expect(all).toBeGreaterThan(20_000);
    now = 10 * minute;
    const steps: { readonly removed: number; readonly ms: number }[] = [];
    for (let before = all, more = true; more; ) {
      const startedAt = performance.now();
      more = await database.write(sweep);
      const ms = performance.now() - startedAt;
      const left = rowsLeft();
      steps.push({ removed: before - left, ms });
      before = left;
    }
    expect(countsIn(store)).toEqual({ stream: 1 });
    expect(Math.max(...steps.map(({ removed }) => removed))).toBeLessThanOrEqual(4000);
    const averageMs = steps.reduce((sum, { ms }) => sum + ms, 0) / steps.length;
    console.info(
      `sweeping ${all} rows: ${steps.length} steps of ${averageMs.toFixed(1)} ms on average, at most ${Math.max(...steps.map(({ removed }) => removed))} rows`,
    );
  });
});
