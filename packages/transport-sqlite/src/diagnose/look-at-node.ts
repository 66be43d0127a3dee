/** Whether this Node has SQLite, and a sound one. */
import { AttuneError, type Finding } from "@attune/transport";
import { hasWalResetBug, nodeSqlite, soundNodes } from "../node-sqlite.ts";
import { refusal } from "./refusal.ts";

export function* lookAtNode(sqlite: string = process.versions.sqlite ?? "none"): Generator<Finding> {
  try {
    nodeSqlite();
  } catch (error) {
    throw error instanceof AttuneError ? refusal("node:sqlite", error) : error;
  }
  yield { check: "node:sqlite", outcome: "ok", found: `in Node ${process.version}` };
  const check = "SQLite version";
  if (!hasWalResetBug(sqlite)) yield { check, outcome: "ok", found: sqlite };
  else {
    yield {
      check,
      outcome: "warning",
      found: `${sqlite}: it can corrupt a file that several processes write to, though rarely`,
      remedy: `Update Node: it is mended in ${soundNodes}.`,
    };
  }
}
