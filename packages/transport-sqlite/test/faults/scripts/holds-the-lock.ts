/** Has SQLite's lock for writing, with a row half stored, from when it is told until it is told again. No transport is involved. */
import { DatabaseSync } from "node:sqlite";
import type { HolderArgument } from "../held-lock.ts";

const { path } = JSON.parse(process.argv[2]!) as HolderArgument;
const db = new DatabaseSync(path, { timeout: 5000 });
let held = 0;
process.on("message", (message: "hold" | "release") => {
  if (message === "hold") {
    db.exec("BEGIN IMMEDIATE");
    // Rows that nobody looks at.
    db.prepare("INSERT INTO space (prefix) VALUES (?)").run(`held ${++held}`);
  } else {
    db.exec("COMMIT");
  }
  process.send!(message === "hold" ? "held" : "released");
});
process.on("disconnect", () => db.close());
process.send!("ready");
