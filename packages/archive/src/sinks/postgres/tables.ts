/** The two tables in PostgreSQL. */
import { quoted } from "../sql/index.ts";
import type { Run } from "./connections.ts";

export interface TableNames {
  readonly schema: string | undefined;
  readonly table: string;
  readonly positionsTable: string;
}

export interface Tables {
  /** Quoted, with their schema. */
  readonly events: string;
  readonly positions: string;
}

export function toTables({ schema, table, positionsTable }: TableNames): Tables {
  const prefix = schema === undefined ? "" : `${quoted(schema)}.`;
  return { events: prefix + quoted(table), positions: prefix + quoted(positionsTable) };
}

/**
 * Makes what is missing, in one transaction. Tables that are there are only looked at: whoever writes events needs no right to
 * make tables. `data` is `text`, not `jsonb`, which would forget the order of keys, those that are there twice, how numbers
 * were written, and would not take \u0000; ask with `data::jsonb`.
 */
export async function makeTables(run: Run, tables: Tables, { table }: TableNames): Promise<void> {
  await run("BEGIN");
  // IF NOT EXISTS alone fails when two do it at once. The number is "attune" in ASCII.
  await run("SELECT pg_advisory_xact_lock(107083870760549)");
  const found = await run("SELECT to_regclass($1) AS events, to_regclass($2) AS positions", [
    tables.events,
    tables.positions,
  ]);
  const { events, positions } = found.rows[0] as { events: string | null; positions: string | null };
  if (events === null) {
    await run(`CREATE TABLE ${tables.events} (
      event_type text NOT NULL,
      event_id text NOT NULL,
      id_ms bigint NOT NULL,
      id_seq numeric(20, 0) NOT NULL,
      "timestamp" timestamptz NOT NULL,
      source text NOT NULL,
      data text NOT NULL,
      archived_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (event_type, event_id)
    )`);
    // Events come nearly in the order of their time: such an index is tiny, and costs next to nothing to keep.
    const index = quoted(`${table}_timestamp`.slice(-60));
    await run(`CREATE INDEX ${index} ON ${tables.events} USING brin ("timestamp")`);
  } else {
    const columns = 'event_type, event_id, id_ms, id_seq, "timestamp", source, data';
    await run(`SELECT ${columns} FROM ${tables.events} LIMIT 0`);
  }
  if (positions === null) {
    await run(`CREATE TABLE ${tables.positions} (
      archive text PRIMARY KEY,
      version bigint NOT NULL,
      cursor text NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`);
  } else {
    await run(`SELECT archive, version, cursor, updated_at FROM ${tables.positions} LIMIT 0`);
  }
  await run("COMMIT");
}
