/** A thread that writes the log back into the file: that takes the disk's time, which the program's thread must not wait for. */
import { existsSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { CheckpointReply, CheckpointRequest } from "./checkpoint-messages.ts";
import { nodeSqlite } from "./node-sqlite.ts";

const port = parentPort!;
/** How long it may wait for those who read, before it leaves the rest for the next time. */
const patienceMs = 200;

port.on("message", (request: CheckpointRequest) => {
  if (request.kind === "close") return port.close();
  let reply: CheckpointReply;
  try {
    reply = { failure: undefined, left: checkpoint(request.path, request.restart) };
  } catch (error) {
    reply = { failure: String(error), left: 0 };
  }
  port.postMessage(reply);
});

/** Answers how many pages of the log are left. */
function checkpoint(path: string, restart: boolean): number {
  // SQLite would make it anew.
  if (!existsSync(path)) return 0;
  const { DatabaseSync: Database } = nodeSqlite();
  const db = new Database(path, { timeout: patienceMs });
  try {
    db.exec("PRAGMA wal_autocheckpoint = 0");
    db.exec("PRAGMA synchronous = NORMAL");
    // Most of it while others write. Only then, and for the little that is left, without them.
    let done = db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
    if (restart) done = db.prepare("PRAGMA wal_checkpoint(RESTART)").get();
    return Number(done?.log) - Number(done?.checkpointed);
  } finally {
    db.close();
  }
}
