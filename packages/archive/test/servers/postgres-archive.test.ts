/** Whole archives in a real PostgreSQL: killed, given what it cannot hold, and left alone by it. Counted in the server itself. */
import { startPostgres } from "@attune-tools/database-servers";
import { until } from "@attune-tools/every-store";
import pg from "pg";
import { afterEach } from "vitest";
import { awayForLong, awayWhileTrimmed } from "./support/away.ts";
import { badEventsAmongGood } from "./support/bad-events.ts";
import { killed } from "./support/killed.ts";
import { onServer } from "./support/on-server.ts";
import type { RealStore, StoredRow } from "./support/real-store.ts";

await onServer("PostgreSQL", startPostgres, (server) => {
  async function ask<Row extends object>(query: string): Promise<Row[]> {
    const client = new pg.Client(server.url);
    await client.connect();
    try {
      return (await client.query<Row>(query)).rows;
    } finally {
      await client.end();
    }
  }

  afterEach(() => ask("DROP TABLE IF EXISTS events, archive_positions"));

  const store: RealStore = {
    kind: "postgres",
    server,
    url: server.url,
    rows: () => ask<StoredRow>("SELECT event_id, source, data FROM events ORDER BY id_ms, id_seq"),
    countPlainly: async () => (await ask<{ n: number }>("SELECT count(*)::int AS n FROM events"))[0]!.n,
    idle: () =>
      until("nobody is connected any more", async () => {
        const others = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'attune-archive'";
        return (await ask(others)).length === 0;
      }),
  };
  killed(store);
  badEventsAmongGood(store);
  awayWhileTrimmed(store);
  awayForLong(store);
});
