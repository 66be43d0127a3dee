/** A thread that writes the log back into the file: that takes the disk's time, which the program's thread must not wait for. */
import type { DatabaseSync } from "node:sqlite";
import { parentPort } from "node:worker_threads";
import type { CheckpointReply, CheckpointRequest } from "./checkpoint-messages.ts";
import { identify, isSameFile, type OpenFile } from "./database-file.ts";
import { nodeSqlite } from "./node-sqlite.ts";
import { isBusy } from "./sqlite-errors.ts";

const port = parentPort!;
/** How long it may wait for those who read, before it leaves the rest for the next time. Writers wait too meanwhile. */
const patienceMs = 50;
/** So many pages are written back with the writers kept out; and so often it is tried to get down to that beside them. */
const fewPages = 500;
const attempts = 10;

port.on("message", (request: CheckpointRequest) => {
  if (request.kind === "close") return port.close();
  let reply: CheckpointReply;
  try {
    reply = { failure: undefined, left: checkpoint(request.file, request.restart) };
  } catch (error) {
    reply = { failure: String(error), left: 0 };
  }
  port.postMessage(reply);
});

/** Answers how many pages of the log are left. */
function checkpoint({ realPath: path, identity }: OpenFile, restart: boolean): number {
  // Removed, it would be made anew; replaced, the log would be written into another file.
  const isThere = () => isSameFile(identity, identify(path));
  if (!isThere()) return 0;
  const { DatabaseSync: Database } = nodeSqlite();
  const db = new Database(path, { timeout: patienceMs });
  try {
    if (!isThere()) return 0;
    db.exec("PRAGMA wal_autocheckpoint = 0");
    db.exec("PRAGMA synchronous = NORMAL");
    // Most of it while others write, who add to it. Only then, and for the little that is left, without them.
    let left = writeBack(db, "PASSIVE");
    for (let attempt = 1; attempt < attempts && left > fewPages; attempt++) left = writeBack(db, "PASSIVE");
    if (restart && left <= fewPages) left = writeBack(db, "RESTART");
    if (left === 0) beginAnew(db);
    return left;
  } finally {
    db.close();
  }
}

function writeBack(db: DatabaseSync, mode: "PASSIVE" | "RESTART"): number {
  const done = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
  return Number(done?.log) - Number(done?.checkpointed);
}

/** Whoever writes next begins the log anew, and waits for the disk to have its first lines: better this thread than the program's. */
function beginAnew(db: DatabaseSync): void {
  try {
    db.exec("BEGIN IMMEDIATE");
    db.exec("UPDATE clock SET origin = origin");
    db.exec("COMMIT");
  } catch (error) {
    // Somebody was quicker.
    if (!isBusy(error)) throw error;
  }
}
