/** A database that archives are written to, and looked into past the sink. */
import type { DatabaseServer } from "@attune-tools/database-servers";

export interface RealStore {
  readonly kind: "postgres" | "clickhouse";
  readonly server: DatabaseServer;
  /** For `openSink`. */
  readonly url: string;
  /** All events, in the order of their ids. */
  rows(): Promise<StoredRow[]>;
  /** How many there are when nothing is done about those that are there twice. */
  countPlainly(): Promise<number>;
  /** Resolves once the server is busy with nothing that others have asked it for. */
  idle(): Promise<void>;
}

export interface StoredRow {
  readonly event_id: string;
  readonly source: string;
  readonly data: string;
}

/** `n` of the data of each. */
export function numbersIn(rows: readonly StoredRow[]): number[] {
  return rows.map(({ data }) => JSON.parse(data).n);
}
