/** Archivers that are killed at any moment: every event is in the store once, counted in the store itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it, vi } from "vitest";
import { killArchivers, scratchFolder } from "../support/killed-archivers.ts";

vi.setConfig({ testTimeout: 180_000 });

/** What is in the store, read past the sink: `n` of each event's data. */
type ReadStore = (folder: string) => number[] | Promise<number[]>;

const readSqlite: ReadStore = (folder) => {
  const db = new DatabaseSync(join(folder, "archive.db"));
  try {
    expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    const rows = db.prepare("SELECT json_extract(data, '$.n') AS n FROM events ORDER BY id_ms, id_seq").all();
    return rows.map(({ n }) => Number(n));
  } finally {
    db.close();
  }
};

/** Every line of every file, those of nobody's included: after an orderly end there must be none. */
const readJsonl: ReadStore = (folder) => {
  const path = join(folder, "archive");
  const names = readdirSync(path).filter((name) => name.startsWith("events-"));
  expect(names.filter((name) => !/\.jsonl(\.gz)?$/.test(name))).toEqual([]);
  const numbers = new Map<string, string>();
  for (const name of names.sort()) numbers.set(/-(\d+)\.jsonl/.exec(name)![1]!, name);
  expect(numbers.size).toBe(names.length);
  return [...numbers]
    .sort(([one], [other]) => Number(one) - Number(other))
    .flatMap(([, name]) => {
      const content = readFileSync(join(path, name));
      const text = String(name.endsWith(".gz") ? gunzipSync(content) : content);
      expect(text.endsWith("\n")).toBe(true);
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).data.n);
    });
};

const readDuckDb: ReadStore = async (folder) => {
  const instance = await DuckDBInstance.create(join(folder, "archive.duckdb"));
  const connection = await instance.connect();
  try {
    const answer = await connection.runAndReadAll("SELECT data FROM events ORDER BY id_ms, id_seq");
    return answer.getRows().map(([data]) => JSON.parse(String(data)).n);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

/** The long form: `npm run soak`. */
const soak = process.env.ATTUNE_TEST_SOAK === "1";

it.each([
  {
    name: "SQLite",
    urlOf: (folder: string) => `sqlite:${join(folder, "archive.db")}`,
    read: readSqlite,
    killing: soak ? { kills: 25, events: 20_000, batchMs: 8 } : { kills: 4, events: 3000, batchMs: 8 },
  },
  {
    name: "JSONL",
    urlOf: (folder: string) => `jsonl:${join(folder, "archive")}`,
    read: readJsonl,
    killing: soak ? { kills: 25, events: 20_000, batchMs: 8 } : { kills: 4, events: 3000, batchMs: 8 },
  },
  {
    // One process has the file at a time: the next one gets it from one that was killed.
    name: "DuckDB",
    urlOf: (folder: string) => `duckdb:${join(folder, "archive.duckdb")}`,
    read: readDuckDb,
    killing: soak ? { kills: 10, events: 6000, batchMs: 20 } : { kills: 2, events: 1200, batchMs: 20 },
  },
])("$name: killed $killing.kills times, every event is there once", async ({ urlOf, read, killing }) => {
  const folder = scratchFolder();
  await killArchivers({ to: urlOf(folder), ...killing });
  expect(await read(folder)).toEqual(Array.from({ length: killing.events }, (_, n) => n));
});
