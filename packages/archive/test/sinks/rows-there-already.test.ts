/** Sinks that write quickly while all rows are new: also when some turn out not to be. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { cursorAt, row, rows } from "../../src/conformance/rows.ts";
import type { ArchiveRow, Sink } from "../../src/index.ts";
import { DuckDbSink } from "../../src/sinks/duckdb/duckdb-sink.ts";
import { RowInserter } from "../../src/sinks/sqlite/row-inserter.ts";
import { SqliteSink } from "../../src/sinks/sqlite/sqlite-sink.ts";
import { makeTables } from "../../src/sinks/sqlite/tables.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "attune-rows-there-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Writes as an archive does that is not disturbed: each batch after the one before, without asking for the position. */
function archiving(sink: Sink, archive: string) {
  let version = 0;
  return async (given: readonly ArchiveRow[]) => {
    const batch = { archive, rows: given, cursor: cursorAt(version + 1), afterVersion: version };
    expect(await sink.write(batch)).toEqual({ outcome: "written" });
    version++;
  };
}

describe.each([
  ["DuckDB", (path: string): Sink => new DuckDbSink(`${path}.duckdb`)],
  ["SQLite", (path: string): Sink => new SqliteSink(`${path}.sqlite`)],
])("%s", (_, make) => {
  it("keeps once what comes again in the midst of what is new, in one batch or for another archive", async () => {
    const path = join(folder(), "archive");
    const [sink, other] = [make(path), make(path)];
    onTestFinished(async () => {
      await sink.close();
      await other.close();
    });
    await sink.open();
    await other.open();
    const expectRows = async (count: number) => {
      const ids: string[] = [];
      for await (const { eventId } of sink.query!({})) ids.push(eventId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(count);
    };
    const one = archiving(sink, "one");
    await one(rows(1, 100));
    await one(rows(101, 2000));
    await one(rows(2001, 2030));
    await expectRows(2030);
    await one(rows(2000, 2100));
    await expectRows(2100);
    await one(rows(2101, 2200));
    await one([row(6000), row(6001), row(6000)]);
    await expectRows(2202);
    const two = archiving(other, "two");
    const three = archiving(sink, "three");
    for (const write of [one, two, three, two, one]) await write(rows(8000, 8099));
    await one(rows(9000, 9009));
    await two(rows(9000, 9019));
    await expectRows(2202 + 100 + 20);
    const late = { archive: "one", rows: [row(99_999)], cursor: cursorAt(1), afterVersion: 1 };
    expect(await sink.write(late)).toEqual({ outcome: "conflict" });
    await expectRows(2322);
  });
});

it("SQLite: of rows that are written together, the one that is too big is named, wherever it is", () => {
  // As little as SQLite lets it be; the types of Node do not know of it yet.
  const limits = { limits: { length: 100_000 } } as ConstructorParameters<typeof DatabaseSync>[1];
  const database = new DatabaseSync(":memory:", limits);
  onTestFinished(() => database.close());
  const names = { table: "events", positionsTable: "positions" };
  database.exec(makeTables(names));
  const inserter = new RowInserter(database, names);
  for (const at of [0, 19, 20, 37, 45]) {
    const given = rows(1, 46);
    given[at] = row(999, { data: JSON.stringify("x".repeat(200_000)) });
    database.exec("BEGIN");
    expect(inserter.insert(given, "2026-01-01T00:00:00.000Z")).toMatchObject({ index: at });
    database.exec("ROLLBACK");
  }
  expect(inserter.insert(rows(1, 46), "2026-01-01T00:00:00.000Z")).toBeUndefined();
  expect(database.prepare("SELECT count(*) AS n FROM events").get()).toEqual({ n: 46 });
});
