/** Whole archives in a real ClickHouse: killed, given what it cannot hold, and left alone by it. Counted in the server itself. */
import { startClickHouse } from "@attune-tools/database-servers";
import { until } from "@attune-tools/every-store";
import { createClient } from "@clickhouse/client";
import { afterEach } from "vitest";
import { awayForLong, awayWhileTrimmed } from "./support/away.ts";
import { badEventsAmongGood } from "./support/bad-events.ts";
import { killed } from "./support/killed.ts";
import { onServer } from "./support/on-server.ts";
import type { RealStore, StoredRow } from "./support/real-store.ts";

await onServer("ClickHouse", startClickHouse, (server) => {
  async function ask<Row>(query: string): Promise<Row[]> {
    const client = createClient({ url: server.url });
    try {
      return await (await client.query({ query, format: "JSONEachRow" })).json<Row>();
    } finally {
      await client.close();
    }
  }

  afterEach(async () => {
    const client = createClient({ url: server.url });
    for (const table of ["events", "archive_positions"])
      await client.command({ query: `DROP TABLE IF EXISTS ${table}` });
    await client.close();
  });

  const store: RealStore = {
    kind: "clickhouse",
    server,
    url: server.url.replace("http", "clickhouse"),
    rows: () => ask<StoredRow>("SELECT event_id, source, data FROM events FINAL ORDER BY id_ms, id_seq"),
    countPlainly: async () => Number((await ask<{ n: string }>("SELECT count() AS n FROM events"))[0]!.n),
    // Who comes while an insert of a killed one is carried out does not see its rows: they would be there twice, but for FINAL.
    idle: () =>
      until("it does nothing else", async () => {
        return (await ask("SELECT query_id FROM system.processes")).length === 1; // this one
      }),
  };
  killed(store);
  badEventsAmongGood(store);
  awayWhileTrimmed(store);
  awayForLong(store);
});
