/** A thread that writes the log back into the file: that takes the disk's time, which the program's thread must not wait for. */
import type { DatabaseSync } from "node:sqlite";
import { parentPort } from "node:worker_threads";
import type { CheckpointReply, CheckpointRequest } from "./checkpoint-messages.ts";
import { identify, isSameFile, type OpenFile } from "./database-file.ts";
import { nodeSqlite } from "./node-sqlite.ts";
import { logBytes } from "./open-connection.ts";
import { isBusy } from "./sqlite-errors.ts";

const port = parentPort!;
/** How long it may wait for those who read, before it leaves the rest for the next time. Writers wait too meanwhile. */
const patienceMs = 50;
/** With the writers kept out it begins anew, once so few pages were added to it while it was written back, … */
const fewPages = 500;
/** … or once it has become so long, whatever is added. Otherwise, after so many attempts, another time. */
const manyPages = 16_000;
const attempts = 3;

port.on("message", (request: CheckpointRequest) => {
  if (request.kind === "close") return port.close();
  let reply: CheckpointReply;
  try {
    reply = { failure: undefined, left: checkpoint(request.file) };
  } catch (error) {
    reply = { failure: String(error), left: 0 };
  }
  port.postMessage(reply);
});

/** Answers how many pages of the log are left. */
function checkpoint({ realPath: path, identity }: OpenFile): number {
  // Removed, it would be made anew; replaced, the log would be written into another file.
  const isThere = () => isSameFile(identity, identify(path));
  if (!isThere()) return 0;
  const { DatabaseSync: Database } = nodeSqlite();
  const db = new Database(path, { timeout: patienceMs });
  try {
    if (!isThere()) return 0;
    db.exec("PRAGMA wal_autocheckpoint = 0");
    db.exec("PRAGMA synchronous = NORMAL");
    db.exec(`PRAGMA journal_size_limit = ${logBytes}`);
    // Beside those who write and add to it; and what they have added; until that is little.
    let added = Number.POSITIVE_INFINITY;
    let pages = 0;
    for (let attempt = 0; attempt < attempts && added > fewPages && pages < manyPages; attempt++) {
      const state = writeBack(db, "PASSIVE");
      if (state.left > 0) return state.left;
      added = state.pages - pages;
      pages = state.pages;
    }
    if (added > fewPages && pages < manyPages) return added;
    const { left } = writeBack(db, "RESTART");
    if (left === 0) beginAnew(db);
    return left;
  } finally {
    db.close();
  }
}

/** How many pages the log has, and how many of them are left to be written back. */
function writeBack(db: DatabaseSync, mode: "PASSIVE" | "RESTART"): { pages: number; left: number } {
  const done = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
  const pages = Number(done?.log);
  return { pages, left: pages - Number(done?.checkpointed) };
}

/** Whoever writes next begins the log anew, and waits for the disk to have its first lines: better this thread than the program's. */
function beginAnew(db: DatabaseSync): void {
  try {
    db.exec("BEGIN IMMEDIATE");
    db.exec("UPDATE clock SET origin = origin");
    db.exec("COMMIT");
  } catch (error) {
    // Somebody else is quicker.
    if (!isBusy(error)) throw error;
  }
}
