/**
 * Archives in databases with a server, beside their clients' own bulk inserts into tables of the same columns and the same key.
 * Each contender has a server of its own.
 */

import {
  type DatabaseServer,
  NotHereError,
  startClickHouse,
  startPostgres,
} from "@attune-tools/database-servers";
import { createClient } from "@clickhouse/client";
import { Pool } from "pg";
import type { Contender, Opened } from "../harness/figure.ts";
import { openArchive, openBulk } from "./archived-rows.ts";

/** `null` where there is no such server. */
async function withServer(
  start: () => Promise<DatabaseServer>,
  open: (server: DatabaseServer) => Promise<Opened>,
): Promise<Opened | null> {
  let server: DatabaseServer;
  try {
    server = await start();
  } catch (error) {
    if (error instanceof NotHereError) return null;
    throw error;
  }
  const opened = await open(server);
  return {
    measure: () => opened.measure(),
    async close() {
      await opened.close();
      await server.stop();
    },
  };
}

export const serverContenders: readonly Contender[] = [
  {
    name: "postgres",
    label: "attune into PostgreSQL",
    open: () => withServer(startPostgres, ({ url }) => openArchive(() => url, { table: "events" })),
  },
  {
    name: "postgres-bare",
    label: "pg: INSERT of a batch by unnest",
    open: () =>
      withServer(startPostgres, async ({ url }) => {
        const pool = new Pool({ connectionString: url, max: 1 });
        return openBulk(
          async (round) => {
            await pool.query(`CREATE TABLE bare_${round} (event_type text NOT NULL, event_id text NOT NULL, id_ms bigint NOT NULL,
              id_seq numeric(20, 0) NOT NULL, "timestamp" timestamptz NOT NULL, source text NOT NULL, data text NOT NULL,
              archived_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (event_type, event_id))`);
            return {
              async write(batch) {
                const ids = batch.map(({ eventId }) => eventId.split("-"));
                await pool.query(
                  `INSERT INTO bare_${round} SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::numeric[],
                     $5::timestamptz[], $6::text[], $7::text[])`,
                  [
                    batch.map(({ eventType }) => eventType),
                    batch.map(({ eventId }) => eventId),
                    ids.map(([ms]) => ms),
                    ids.map(([, seq]) => seq),
                    batch.map(({ timestamp }) => timestamp),
                    batch.map(({ source }) => source),
                    batch.map(({ data }) => data),
                  ],
                );
              },
              end: async () => {},
            };
          },
          () => pool.end(),
        );
      }),
  },
  {
    name: "clickhouse",
    label: "attune into ClickHouse",
    open: () =>
      withServer(startClickHouse, ({ url }) =>
        openArchive(() => url.replace(/^http/, "clickhouse"), { table: "events" }),
      ),
  },
  {
    name: "clickhouse-bare",
    label: "@clickhouse/client: insert of a batch",
    open: () =>
      withServer(startClickHouse, async ({ url }) => {
        const client = createClient({ url });
        return openBulk(
          async (round) => {
            await client.command({
              query: `CREATE TABLE bare_${round} (event_type String, event_id String, id_ms UInt64, id_seq UInt64,
                timestamp_ms Int64, source String, data String, archived_at DateTime DEFAULT now())
                ENGINE = ReplacingMergeTree ORDER BY (event_type, id_ms, id_seq)`,
            });
            return {
              async write(batch) {
                await client.insert({
                  table: `bare_${round}`,
                  columns: ["event_type", "event_id", "id_ms", "id_seq", "timestamp_ms", "source", "data"],
                  values: batch.map(({ eventType, eventId, timestamp, source, data }) => {
                    const [id_ms, id_seq] = eventId.split("-");
                    const timestamp_ms = timestamp.getTime();
                    return {
                      event_type: eventType,
                      event_id: eventId,
                      id_ms,
                      id_seq,
                      timestamp_ms,
                      source,
                      data,
                    };
                  }),
                  format: "JSONEachRow",
                });
              },
              end: async () => {},
            };
          },
          () => client.close(),
        );
      }),
  },
];
