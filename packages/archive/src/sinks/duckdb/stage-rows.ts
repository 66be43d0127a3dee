/** Puts rows into the staging table, in DuckDB's own layout: column after column. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { idParts } from "../../id-parts.ts";
import { loadClient } from "../../load-client.ts";
import type { ArchiveRow } from "../../sink.ts";
import { stagingTable } from "./tables.ts";

/** DuckDB's own size of a chunk; larger ones it does not take. */
const rowsPerChunk = 2048;

/** Instead of what is there. */
export async function stageRows(connection: DuckDBConnection, rows: readonly ArchiveRow[]): Promise<void> {
  const { DuckDBDataChunk, DuckDBTimestampValue, TIMESTAMP, UBIGINT, VARCHAR } =
    await loadClient<typeof import("@duckdb/node-api")>("@duckdb/node-api");
  await connection.run(`DELETE FROM ${stagingTable}`);
  const appender = await connection.createAppender(stagingTable);
  for (let from = 0; from < rows.length; from += rowsPerChunk) {
    const part = rows.slice(from, from + rowsPerChunk);
    const ids = part.map(({ eventId }) => idParts(eventId));
    const types = [VARCHAR, VARCHAR, UBIGINT, UBIGINT, TIMESTAMP, VARCHAR, VARCHAR];
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setColumns([
      part.map(({ eventType }) => eventType),
      part.map(({ eventId }) => eventId),
      ids.map(({ ms }) => ms),
      ids.map(({ seq }) => seq),
      part.map(({ timestamp }) => new DuckDBTimestampValue(BigInt(timestamp.getTime()) * 1000n)),
      part.map(({ source }) => source),
      part.map(({ data }) => data),
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
