/**
 * Open DuckDB files of this process. DuckDB lets one process open a file, once: sinks of the same file share it, and take turns
 * in writing, which DuckDB's transactions would otherwise refuse to one of them.
 */
import type { DuckDBInstance } from "@duckdb/node-api";
import { loadClient } from "../../load-client.ts";
import { OneAtATime } from "../../one-at-a-time.ts";
import { isLocked } from "./duckdb-errors.ts";
import { removeUnfinished } from "./remove-unfinished.ts";

type DuckDb = typeof import("@duckdb/node-api");

export interface SharedDatabase {
  readonly instance: DuckDBInstance;
  readonly writes: OneAtATime;
}

interface Entry {
  readonly opening: Promise<SharedDatabase>;
  users: number;
}

const openFiles = new Map<string, Entry>();

export async function acquireDatabase(path: string): Promise<SharedDatabase> {
  const entry = openFiles.get(path) ?? { opening: open(path), users: 0 };
  openFiles.set(path, entry);
  entry.users++;
  try {
    return await entry.opening;
  } catch (error) {
    if (openFiles.get(path) === entry) openFiles.delete(path);
    throw error;
  }
}

/** The last one closes the file, and so lets other processes have it. */
export async function releaseDatabase(path: string, database: SharedDatabase): Promise<void> {
  const entry = openFiles.get(path);
  if (!entry || (await entry.opening) !== database) return;
  if (--entry.users > 0) return;
  openFiles.delete(path);
  database.instance.closeSync();
}

/** Of no use any more: whoever comes next opens it anew. */
export async function discardDatabase(path: string, database: SharedDatabase): Promise<void> {
  const entry = openFiles.get(path);
  if (!entry || (await entry.opening) !== database) return;
  openFiles.delete(path);
  database.instance.closeSync();
}

async function open(path: string): Promise<SharedDatabase> {
  const { DuckDBInstance: Instance } = await loadClient<DuckDb>("@duckdb/node-api");
  try {
    return { instance: await Instance.fromCache(path), writes: new OneAtATime() };
  } catch (error) {
    // Whoever has it locked may be making it just now.
    if (!isLocked(error)) await removeUnfinished(path);
    throw error;
  }
}
