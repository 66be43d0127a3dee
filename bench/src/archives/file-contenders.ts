/** Archives in files, beside what their libraries do by themselves, in tables of the same columns and the same key. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance, DuckDBTimestampValue } from "@duckdb/node-api";
import type { Contender } from "../harness/figure.ts";
import { openArchive, openBulk } from "./archived-rows.ts";

export const fileContenders: readonly Contender[] = [
  {
    name: "jsonl",
    label: "attune into JSONL",
    open: ({ folder }) => openArchive((round) => `jsonl:${join(folder, `attune-jsonl-${round}`)}`),
  },
  {
    name: "jsonl-bare",
    label: "node:fs: lines appended, fsync after each batch",
    open: async ({ folder }) =>
      openBulk(
        async (round) => {
          const file = await open(join(folder, `bare-${round}.jsonl`), "a");
          return {
            async write(batch) {
              const lines = batch.map(({ eventType, eventId, timestamp, source, data }) => {
                const head = { event_id: eventId, event_type: eventType, timestamp, source };
                return `${JSON.stringify({ ...head, data: JSON.parse(data) as unknown })}\n`;
              });
              await file.appendFile(lines.join(""));
              await file.datasync();
            },
            end: () => file.close(),
          };
        },
        async () => {},
      ),
  },
  {
    name: "sqlite",
    label: "attune into SQLite",
    open: ({ folder }) => openArchive((round) => `sqlite:${join(folder, `attune-${round}.sqlite`)}`),
  },
  {
    name: "sqlite-bare",
    label: "node:sqlite: prepared INSERT, a transaction per batch",
    open: async ({ folder }) =>
      openBulk(
        async (round) => {
          const database = new DatabaseSync(join(folder, `bare-${round}.sqlite`));
          database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE events (event_type TEXT NOT NULL, event_id TEXT NOT NULL, id_ms NOT NULL, id_seq NOT NULL,
              timestamp TEXT NOT NULL, source TEXT NOT NULL, data TEXT NOT NULL, archived_at TEXT NOT NULL,
              PRIMARY KEY (event_type, event_id))`);
          const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
          return {
            async write(batch) {
              database.exec("BEGIN IMMEDIATE");
              for (const { eventType, eventId, timestamp, source, data } of batch) {
                const [ms, seq] = eventId.split("-").map(Number);
                const at = timestamp.toISOString();
                insert.run(eventType, eventId, ms!, seq!, at, source, data, at);
              }
              database.exec("COMMIT");
            },
            end: async () => database.close(),
          };
        },
        async () => {},
      ),
  },
  {
    name: "duckdb",
    label: "attune into DuckDB",
    open: ({ folder }) => openArchive((round) => `duckdb:${join(folder, `attune-${round}.duckdb`)}`),
  },
  {
    name: "duckdb-bare",
    label: "@duckdb/node-api: appender, a transaction per batch",
    open: async ({ folder }) =>
      openBulk(
        async (round) => {
          const instance = await DuckDBInstance.create(join(folder, `bare-${round}.duckdb`));
          const connection = await instance.connect();
          await connection.run(`CREATE TABLE events (event_type VARCHAR NOT NULL, event_id VARCHAR NOT NULL,
            id_ms UBIGINT NOT NULL, id_seq UBIGINT NOT NULL, timestamp TIMESTAMP NOT NULL, source VARCHAR NOT NULL,
            data VARCHAR NOT NULL, archived_at TIMESTAMP NOT NULL, PRIMARY KEY (event_type, event_id))`);
          return {
            async write(batch) {
              await connection.run("BEGIN TRANSACTION");
              const appender = await connection.createAppender("events");
              const now = new DuckDBTimestampValue(BigInt(Date.now()) * 1000n);
              for (const { eventType, eventId, timestamp, source, data } of batch) {
                const [ms, seq] = eventId.split("-");
                appender.appendVarchar(eventType);
                appender.appendVarchar(eventId);
                appender.appendUBigInt(BigInt(ms!));
                appender.appendUBigInt(BigInt(seq!));
                appender.appendTimestamp(new DuckDBTimestampValue(BigInt(timestamp.getTime()) * 1000n));
                appender.appendVarchar(source);
                appender.appendVarchar(data);
                appender.appendTimestamp(now);
                appender.endRow();
              }
              appender.closeSync();
              await connection.run("COMMIT");
            },
            async end() {
              connection.closeSync();
              instance.closeSync();
            },
          };
        },
        async () => {},
      ),
  },
];
