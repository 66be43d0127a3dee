/** Node's own SQLite, or a clear word that this Node has none. */
import { AttuneError, type Logger } from "@attune/transport";

export type NodeSqlite = typeof import("node:sqlite");

/** Not an import: a Node without it could not even load this package, and nobody would be told why. */
export function nodeSqlite(): NodeSqlite {
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  if (sqlite) return sqlite;
  throw new AttuneError(
    "ATTUNE_NODE_TOO_OLD",
    `Storing in a file needs node:sqlite, which this Node (${process.version}) does not have: use Node 22.13 or later (without --no-experimental-sqlite), or another store, memory: or redis://.`,
    { details: { node: process.version } },
  );
}

/**
 * In SQLite before 3.51.3 several processes can, rarely, corrupt a file as one of them begins its log anew; two older lines were
 * mended too. https://www.sqlite.org/wal.html#walresetbug
 */
const firstSound = [3, 51, 3];
const mended = ["3.50.7", "3.44.6"];
/** Where it is mended. */
export const soundNodes = "Node 22.22.3, 24.15.0, 25.9.0 and 26, and later ones (SQLite 3.51.3)";
let warned = false;

/** Warns, once per process, of a SQLite that can corrupt the file. */
export function warnOfWalResetBug(
  logger: Logger,
  version: string | undefined = process.versions.sqlite,
): void {
  if (warned || version === undefined || !hasWalResetBug(version)) return;
  warned = true;
  logger.warn(
    `attune: the SQLite ${version} of this Node (${process.version}) can corrupt a file that several processes write to, though rarely. It is mended in ${soundNodes}.`,
  );
}

export function hasWalResetBug(version: string): boolean {
  if (mended.includes(version)) return false;
  const parts = version.split(".").map(Number);
  for (const [index, wanted] of firstSound.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
