/** The conformance of the PostgreSQL sink, on a real server. */
import { startPostgres } from "@attune-tools/database-servers";
import pg from "pg";
import { sinkConformance } from "../../src/conformance/index.ts";
import { PostgresSink } from "../../src/sinks/postgres/index.ts";
import { onServer } from "./support/on-server.ts";

await onServer("PostgreSQL", startPostgres, (server) => {
  sinkConformance({
    name: "PostgreSQL",
    open: async (space) =>
      new PostgresSink({ url: server.url, table: `${space}_events`, positionsTable: `${space}_positions` }),
    async remove(space) {
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query(`DROP TABLE IF EXISTS ${space}_events, ${space}_positions`);
      await client.end();
    },
    refuses: ["a NUL in the data", "a NUL in the source"],
    async outage() {
      await server.kill();
      return () => server.start();
    },
  });
});
