/** The conformance of the ClickHouse sink, on a real server. */
import { startClickHouse } from "@attune-tools/database-servers";
import { createClient } from "@clickhouse/client";
import { sinkConformance } from "../../src/conformance/index.ts";
import { ClickHouseSink } from "../../src/sinks/clickhouse/index.ts";
import { onServer } from "./support/on-server.ts";

const noCompareAndSet =
  "ClickHouse cannot compare and write in one step: both may be told that they have written; see clickhouse.test.ts";

await onServer("ClickHouse", startClickHouse, (server) => {
  const url = server.url.replace("http", "clickhouse");
  sinkConformance({
    name: "ClickHouse",
    open: async (space) =>
      new ClickHouseSink({ url, table: `${space}_events`, positionsTable: `${space}_positions` }),
    async remove(space) {
      const client = createClient({ url: server.url });
      for (const table of ["events", "positions"]) {
        await client.command({ query: `DROP TABLE IF EXISTS ${space}_${table}` });
      }
      await client.close();
    },
    async outage() {
      await server.kill();
      return () => server.start();
    },
    skip: {
      "of two sinks that write at once for one version exactly one wins, 30 times": noCompareAndSet,
      "six sinks that each go on from the stored position leave every row once": noCompareAndSet,
    },
  });
});
