/** Node's own SQLite, or a clear word that this Node has none. */
import { AttuneError } from "@attune/transport";

/** Not an import: a Node without it could not even load this package, and nobody would be told why. */
export function nodeSqlite(): typeof import("node:sqlite") {
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  if (sqlite) return sqlite;
  throw new AttuneError(
    "ATTUNE_NODE_TOO_OLD",
    `Archiving into files needs node:sqlite, which this Node (${process.version}) does not have: use Node 22.13 or later (without --no-experimental-sqlite).`,
    { details: { node: process.version } },
  );
}
