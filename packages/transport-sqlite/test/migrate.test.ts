/** Schemas by version: an older file is brought up to date with everything that it holds, once, or stays as it was. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { GroupReading, Transport } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { machineTime } from "../src/file-clock.ts";
import { migrate, migrations } from "../src/migrate.ts";
import { tryToOpen } from "../src/open-connection.ts";
import { openParts } from "./support/open-parts.ts";
import { toPost, toPut, toRequest, valuesIn } from "./support/opened.ts";
import { runScript } from "./support/run-script.ts";
import { scratchFolder } from "./support/scratch-folder.ts";
import type { UpgradeArgument, UpgradeResult } from "./support/scripts/upgrade.ts";
import { storedIn } from "./support/stored.ts";
import { lookAt, tablesOf } from "./support/tables-of.ts";
import { until } from "./support/until.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** A step that changes what is there: a column more, an index more, a table made anew. */
const step = `
ALTER TABLE message ADD COLUMN urgency INTEGER NOT NULL DEFAULT 3;
CREATE INDEX message_urgency ON message (space, urgency);
CREATE TABLE aside AS SELECT * FROM entry;
DROP TABLE entry;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  size INTEGER,
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  timestamp TEXT,
  data TEXT,
  source TEXT
) STRICT;
INSERT INTO entry (id, size, ms, seq, timestamp, data, source)
SELECT id, octet_length(data), ms, seq, timestamp, data, source FROM aside;
DROP TABLE aside;
CREATE TABLE upgraded (number INTEGER PRIMARY KEY) STRICT;
INSERT INTO upgraded DEFAULT VALUES;
`;

const upgrade = [...migrations, step];
const newVersion = upgrade.length;

const newPath = () => join(scratchFolder(), "attune.db");
const versionOf = (path: string) =>
  lookAt(path, (db) => Number(db.prepare("PRAGMA user_version").get()?.user_version));

const odd = "n\0\u0001\u00010'💥";
const names = { agents: ["x", "y", odd], buckets: ["b", "c"] };

/** Something of everything, and what to ask for again later. */
async function fill({ streams, groups, mailboxes, records }: Transport) {
  const many = (eventType: string, count: number) =>
    Array.from({ length: count }, (_, n) => toRequest(eventType, { n, odd }, { source: odd }));
  await streams.append(many("t", 1200));
  await streams.append(many(odd, 30));
  await streams.append(many("gone", 5));
  await streams.delete("gone");
  await streams.trim("t", 1000);
  const [keyed] = await streams.append([toRequest("t", "keyed", { idempotencyKey: odd })]);
  for (let n = 0; n < 50; n++) {
    const message = { body: odd, type: `type ${n % 3}` };
    await mailboxes.post(toPost(`to-x-${n}`, { ...message, target: "x" }));
    await mailboxes.post(toPost(`to-odd-${n}`, { ...message, target: odd }));
    await mailboxes.post(toPost(`to-all-${n}`, { ...message, target: null }));
  }
  const wanted = { anyOf: [{}], count: 7 };
  const taken = await mailboxes.take({ agent: "x", wanted, receipt: "r1" });
  await mailboxes.clear("y", { type: "type 1" });
  for (let n = 0; n < 50; n++) {
    for (const bucket of names.buckets) {
      const condition = n % 2 === 0 ? undefined : { holder: `h${n}` };
      await records.put(toPut(`${n}${odd}`, { bucket, condition, leaseMs: n % 3 === 0 ? null : 30_000 + n }));
    }
  }
  for (const eventType of ["t", odd]) await groups.create({ eventType, group: odd, from: "beginning" });
  const readings = await groups.read({ eventTypes: ["t", odd], group: odd, consumer: odd, count: 20 });
  const [{ deliveries: held }] = readings as [GroupReading];
  return { keyed, taken, wanted, held: held.map(({ entry, token }) => ({ id: entry.id, token })) };
}

/** The groups of both streams, and what is pending with them. */
async function groupsIn({ groups }: Transport) {
  const of = async (eventType: string) => ({
    states: await groups.states(eventType),
    pending: await groups.pending({ eventType, group: odd, count: 1000 }),
  });
  return [await of("t"), await of(odd)];
}

describe("an older file", () => {
  it("becomes a newer one by an added step, with every event, group, signal and record", async () => {
    const path = newPath();
    // Time stands still, so that ages and leases can be compared too.
    const { monotonic } = manualClock();
    const { transport: old } = await openParts({ path, machineTime: monotonic });
    const { keyed, taken, wanted, held } = await fill(old);
    const before = await storedIn(old, names);
    const groupsBefore = await groupsIn(old);
    await old.close();
    expect(versionOf(path)).toBe(migrations.length);

    const { transport, warnings } = await openParts({ path, machineTime: monotonic, migrations: upgrade });
    expect(versionOf(path)).toBe(newVersion);
    expect(await storedIn(transport, names)).toEqual(before);
    expect(await groupsIn(transport)).toEqual(groupsBefore);
    expect(groupsBefore).toMatchObject([{ pending: { length: 20 } }, { states: [{ lag: 10 }] }]);
    expect(before.states).toMatchObject([{ length: 30 }, { length: 1001, added: 1201 }]);
    expect(before.pending).toMatchObject({ x: { length: 93 }, [odd]: { length: 100 } });
    expect(before.records.b).toHaveLength(50);
    lookAt(path, (db) => {
      expect(db.prepare("SELECT min(size) AS size FROM entry").get()).not.toEqual({ size: null });
      expect(db.prepare("SELECT DISTINCT urgency FROM message").all()).toEqual([{ urgency: 3 }]);
      expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    });

    // What was known of answers that may have been lost is known still.
    const { streams, groups, mailboxes, records } = transport;
    const acknowledged = await groups.acknowledge({ eventType: "t", group: odd, entries: held });
    expect(acknowledged).toEqual(held.map(() => true));
    expect(await streams.append([toRequest("t", "again", { idempotencyKey: odd })])).toEqual([keyed]);
    expect(await mailboxes.take({ agent: "x", wanted, receipt: "r1" })).toEqual(taken);
    expect(await mailboxes.post(toPost("to-x-1"))).toBe("posted");
    expect(await storedIn(transport, names)).toEqual(before);
    expect(await records.put(toPut(`1${odd}`, { condition: { holder: "h1" } }))).toMatchObject({
      stored: true,
      version: 2,
    });
    await streams.append([toRequest("t", "new")]);
    expect((await streams.states(["t"]))[0]).toMatchObject({ length: 1002, added: 1202 });
    expect(warnings).toEqual([]);
  });

  it("of version 1, which knows no groups, gets them, with everything else as it was", async () => {
    const path = newPath();
    const { monotonic } = manualClock();
    const { transport: old } = await openParts({ path, machineTime: monotonic });
    const { taken, wanted } = await fill(old);
    const before = await storedIn(old, names);
    await old.close();
    lookAt(path, (db) => {
      for (const table of ["consumer_group", "pending_entry", "removed_group"])
        db.exec(`DROP TABLE ${table}`);
      db.exec("PRAGMA user_version = 1");
    });
    // As one that was made so.
    const made = newPath();
    lookAt(made, (db) => migrate(db, made, migrations.slice(0, 1)));
    expect(tablesOf(path).schema).toEqual(tablesOf(made).schema);

    const { transport, warnings } = await openParts({ path, machineTime: monotonic });
    expect(versionOf(path)).toBe(migrations.length);
    expect(await storedIn(transport, names)).toEqual(before);
    expect(await transport.mailboxes.take({ agent: "x", wanted, receipt: "r1" })).toEqual(taken);
    const { groups } = transport;
    expect(await groups.states("t")).toEqual([]);
    expect(await groups.create({ eventType: "t", group: "g", from: "beginning" })).toBe(true);
    const [reading] = await groups.read({ eventTypes: ["t"], group: "g", consumer: "c", count: 2000 });
    expect(reading).toMatchObject({ exists: true, deliveries: { length: 1001 }, missed: 0 });
    expect(warnings).toEqual([]);
  });

  it("goes through several versions at once, and several prefixes go along", async () => {
    const path = newPath();
    for (const prefix of ["one:", "two:"]) {
      const { transport } = await openParts({ path, prefix });
      await transport.streams.append([toRequest("t", prefix)]);
      await transport.close();
    }
    const steps = [
      ...migrations,
      "CREATE TABLE first (a INTEGER) STRICT; INSERT INTO first VALUES (1)",
      "ALTER TABLE first RENAME TO second",
      "UPDATE second SET a = a + 1",
    ];
    const { transport } = await openParts({ path, prefix: "one:", migrations: steps });
    expect(await valuesIn(transport, "t")).toEqual(["one:"]);
    expect(versionOf(path)).toBe(steps.length);
    expect(lookAt(path, (db) => db.prepare("SELECT a FROM second").all())).toEqual([{ a: 2 }]);
    const { transport: other } = await openParts({ path, prefix: "two:", migrations: steps });
    expect(await valuesIn(other, "t")).toEqual(["two:"]);
  });

  it.each([
    ["in its first statement", "THIS IS NOT SQL"],
    ["in its last statement", `${step}; INSERT INTO upgraded VALUES (1)`],
    ["in a later step", step, "DROP TABLE message; UPDATE nothing SET a = 1"],
  ])("stays as it was when a step fails %s", async (_, ...failing) => {
    const path = newPath();
    const { transport: old } = await openParts({ path });
    await fill(old);
    await old.close();
    const before = tablesOf(path);
    const options = { path, migrations: [...migrations, ...failing], operationTimeoutMs: 100 };
    const { transport } = await openParts(options);
    expect(transport.status).toBe("unavailable");
    await expect(transport.streams.list({ thorough: true })).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
      message: expect.stringMatching(/syntax error|UNIQUE constraint failed|no such table: nothing/),
    });
    await transport.close();
    expect(tablesOf(path)).toEqual(before);
    const { transport: again } = await openParts({ path });
    expect(await valuesIn(again, "t")).toHaveLength(1001);
  });
});

describe("at once", () => {
  const script = new URL("./support/scripts/upgrade.ts", import.meta.url);

  it("ten processes make one upgrade", async () => {
    const folder = scratchFolder();
    const path = join(folder, "attune.db");
    const { transport } = await openParts({ path });
    await fill(transport);
    const before = await valuesIn(transport, "t");
    await transport.close();
    const go = join(folder, "go");
    const processes = Array.from({ length: 10 }, (_, n) => join(folder, `ready-${n}`));
    const results = processes.map((ready) => {
      const argument: UpgradeArgument = { path, migrations: upgrade, ready, go };
      return runScript<UpgradeResult>(script, argument);
    });
    await until("all are ready", () => processes.every((ready) => existsSync(ready)));
    writeFileSync(go, "");
    expect(await Promise.all(results)).toEqual(processes.map(() => ({ version: newVersion })));
    expect(lookAt(path, (db) => db.prepare("SELECT count(*) AS n FROM upgraded").get())).toEqual({ n: 1 });
    const { transport: upgraded } = await openParts({ path, migrations: upgrade });
    expect(await valuesIn(upgraded, "t")).toEqual(before);
  });

  it("ten connections of a process make one upgrade", async () => {
    const path = newPath();
    const { transport } = await openParts({ path });
    await transport.streams.append([toRequest("t", 1)]);
    await transport.close();
    const all = await Promise.all(Array.from({ length: 10 }, () => openParts({ path, migrations: upgrade })));
    expect(all.map((each) => each.transport.status)).toEqual(all.map(() => "available"));
    for (const each of all) expect(await valuesIn(each.transport, "t")).toEqual([1]);
    expect(lookAt(path, (db) => db.prepare("SELECT count(*) AS n FROM upgraded").get())).toEqual({ n: 1 });
  });

  // Whoever comes second may come at any point: he finds the file empty, and a moment later it is not.
  it.each([
    ["an empty file", 0],
    ["an older file", migrations.length],
  ])("%s may be made ready by another at any moment of an opening", async (_, version) => {
    const opening = { prefix: "p:", synchronous: "normal", machineTime, migrations: upgrade } as const;
    const original = DatabaseSync.prototype.prepare;
    const spy = vi.spyOn(DatabaseSync.prototype, "prepare");
    onTestFinished(() => spy.mockRestore());
    let moments = 0;
    for (let moment = 1; moments === moment - 1; moment++) {
      const path = newPath();
      if (version > 0) tryToOpen({ ...opening, path, migrations })!.close();
      let statements = 0;
      let other: ReturnType<typeof tryToOpen>;
      spy.mockImplementation(function (this: DatabaseSync, ...args) {
        statements++;
        if (statements === moment) {
          moments++;
          other = tryToOpen({ ...opening, path });
        }
        return original.apply(this, args);
      });
      const outcome = () => tryToOpen({ ...opening, path });
      let first: ReturnType<typeof tryToOpen>;
      expect(() => {
        first = outcome();
      }, `when another opens before statement ${moment}`).not.toThrow();
      spy.mockReset();
      spy.mockImplementation(original);
      other?.close();
      first ??= await until("it opens", outcome);
      expect(first.statement("PRAGMA user_version").get()).toEqual({ user_version: newVersion });
      first.close();
    }
    expect(moments).toBeGreaterThan(3);
  });
});

describe("a process that still has the older schema", () => {
  it("notices that a newer one has come, and is away until it is updated", async () => {
    const path = newPath();
    const clock = manualClock();
    const { transport: older } = await openParts({ path, clock });
    await older.streams.append([toRequest("t", 1)]);
    await openParts({ path, migrations: upgrade });
    await clock.advance(1000);
    const outcome = await older.streams.append([toRequest("t", 2)]).catch((error: unknown) => error);
    expect(outcome).toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
      message: expect.stringContaining("Update the package"),
    });
  });
});
