/** The PostgreSQL sink when its server is killed, stopped, full, or set up otherwise. Counted in the server itself. */
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "@attune-tools/database-servers";
import { mountedFolder, whyNoMount } from "@attune-tools/mounted-folder";
import pg from "pg";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { batch, cursorAt, row, rows } from "../../src/conformance/rows.ts";
import { PostgresSink, type PostgresSinkOptions } from "../../src/sinks/postgres/index.ts";
import { Archiving } from "./support/archiving.ts";
import { onServer } from "./support/on-server.ts";
import { serverFaults } from "./support/server-faults.ts";

await onServer("PostgreSQL", startPostgres, (server) => {
  let admin: pg.Client;

  beforeEach(async () => {
    admin = new pg.Client(server.url);
    admin.on("error", () => {}); // the server is killed below it
    await admin.connect();
  });

  afterEach(async () => {
    await admin.end().catch(() => {});
    await using cleaner = await connected();
    await cleaner.client.query("DROP TABLE IF EXISTS events, archive_positions");
  });

  async function connected() {
    const client = new pg.Client(server.url);
    await client.connect();
    return { client, [Symbol.asyncDispose]: () => client.end() };
  }

  async function opened(options: PostgresSinkOptions = { url: server.url }): Promise<PostgresSink> {
    const sink = new PostgresSink(options);
    onTestFinished(() => sink.close());
    await sink.open();
    return sink;
  }

  /** All rows, those with an id of their own, and those of the numbers 0 up to `expected`. */
  async function counted(): Promise<{ all: number; different: number; largest: number }> {
    await using reader = await connected();
    const counts = `SELECT count(*)::int AS all, count(DISTINCT event_id)::int AS different,
      max((data::json ->> 'n')::int) AS largest FROM events`;
    return (await reader.client.query(counts)).rows[0];
  }

  const expectKept = async (kept: number) =>
    expect(await counted()).toEqual({ all: kept, different: kept, largest: kept - 1 });

  serverFaults({ server, opened: (options) => opened({ url: server.url, ...options }), expectKept });

  it("goes on when its connections were ended by an administrator", async () => {
    const archiving = new Archiving(await opened());
    for (let round = 0; round < 10; round++) {
      await archiving.more(200);
      await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
        ["attune-archive"],
      );
    }
    await archiving.more(200);
    const kept = await archiving.end();
    expect(archiving.failures).toBeGreaterThan(0);
    await expectKept(kept);
  });

  it.skipIf(whyNoMount)(`waits while the disk is full (${whyNoMount ?? "tmpfs"})`, async () => {
    const { uid, gid } = statSync(server.dir);
    const disk = mountedFolder(`size=8m,uid=${uid},gid=${gid}`);
    const sink = await opened();
    await admin.query(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
    await admin.query("ALTER TABLE events SET TABLESPACE small");
    const big = (n: number) => rows(n * 100, n * 100 + 99, { data: JSON.stringify(randomText(2000)) });
    let version = 0;
    let full: unknown;
    while (full === undefined) {
      try {
        await sink.write(batch(big(version), { afterVersion: version, cursor: cursorAt(version + 1) }));
        version += 1;
      } catch (error) {
        full = error;
      }
    }
    expect(full).toMatchObject({
      code: "ATTUNE_SINK_UNAVAILABLE",
      message: expect.stringContaining("53100"),
    });
    expect(await sink.position("archive")).toMatchObject({ version });
    disk.remount("size=64m");
    await sink.write(batch(big(version), { afterVersion: version, cursor: cursorAt(version + 1) }));
    const { rows: found } = await admin.query("SELECT count(*)::int AS all FROM events");
    expect(found).toEqual([{ all: (version + 1) * 100 }]);
    await admin.query("DROP TABLE events");
    await admin.query("DROP TABLESPACE small");
  });

  it("finds rows that only the server knows to be bad, and keeps nothing of the batch", async () => {
    const sink = await opened();
    const tooLong = Array.from({ length: 1500 }, () => Math.random().toString(36)).join("");
    const given = rows(0, 799);
    for (const index of [3, 400, 799]) given[index] = row(index, { eventType: tooLong });
    expect(await sink.write(batch(given))).toEqual({
      outcome: "refused",
      refusals: [3, 400, 799].map((index) => ({ index, reason: expect.stringContaining("index row") })),
    });
    expect(await counted()).toMatchObject({ all: 0 });
    expect(await sink.position("archive")).toMatchObject({ version: 0 });
  });

  it("says that it is refused, where it has no rights or the tables are others", async () => {
    await opened();
    await admin.query("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'");
    const asGuest = server.url.replace(/attune:[^@]*@/, "guest:guest@");
    await expect(opened({ url: asGuest })).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
    await expect(opened({ url: asGuest.replace("guest@", "wrong@") })).rejects.toMatchObject({
      code: "ATTUNE_SINK_REFUSED",
      message: expect.not.stringContaining("wrong"),
    });
    await admin.query("DROP ROLE guest; DROP TABLE events; CREATE TABLE events (event_type text)");
    await expect(opened()).rejects.toMatchObject({
      code: "ATTUNE_SINK_REFUSED",
      message: expect.stringContaining("event_id"),
    });
  });

  it("writes with no right but to read and write its tables", async () => {
    await opened();
    await admin.query("DROP ROLE IF EXISTS writer; CREATE ROLE writer LOGIN PASSWORD 'writer'");
    await admin.query("GRANT SELECT, INSERT ON events TO writer");
    await admin.query("GRANT SELECT, INSERT, UPDATE ON archive_positions TO writer");
    const sink = await opened({ url: server.url.replace(/attune:[^@]*@/, "writer:writer@") });
    expect(await sink.write(batch(rows(1, 3)))).toEqual({ outcome: "written" });
    expect(await sink.position("archive")).toMatchObject({ version: 1 });
    await admin.query("DROP OWNED BY writer; DROP ROLE writer");
  });

  it("uses a pool of the user's, in a schema, and leaves it open", async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 2 });
    onTestFinished(() => pool.end());
    await pool.query('CREATE SCHEMA IF NOT EXISTS "Archive"');
    const sink = new PostgresSink({ pool, schema: "Archive", table: 'my "events"' });
    await sink.open();
    await sink.write(batch(rows(1, 3)));
    await sink.close();
    const { rows: found } = await pool.query('SELECT count(*)::int AS all FROM "Archive"."my ""events"""');
    expect(found).toEqual([{ all: 3 }]);
    await pool.query('DROP SCHEMA "Archive" CASCADE');
  });

  it("ends a query on the server when its reader stops reading", async () => {
    const sink = await opened();
    await sink.write(batch(rows(1, 3000)));
    for await (const _ of sink.query({})) break;
    const running =
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'attune-archive' AND state <> 'idle'";
    while ((await admin.query(running)).rowCount !== 0) await sleep(5);
    expect(await sink.position("archive")).toMatchObject({ version: 1 });
  });

  it("shows no password in its location, and takes only its own URLs", () => {
    const sink = new PostgresSink({ url: "postgres://me:secret@db.example:5433/events" });
    expect(sink.location).toBe('postgres://db.example:5433/events, table "events"');
    expect(() => new PostgresSink({ url: "mysql://me:secret@db.example" })).toThrow("A PostgreSQL URL is");
  });
});

/** Nothing that could be compressed away. */
function randomText(length: number): string {
  return Array.from({ length: Math.ceil(length / 10) }, () => Math.random().toString(36).slice(2, 12)).join(
    "",
  );
}
