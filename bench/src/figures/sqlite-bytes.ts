/** What events, signals and agents take in a file, and what a file takes in which nothing lies. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openTransport } from "@attune/transport";
import { openBareFile } from "../contenders/bare-sqlite.ts";
import {
  attuneAgents,
  attuneEvents,
  attuneSignals,
  count,
  fill,
  type OpenFilling,
} from "../contenders/filling.ts";
import type { Contender, Figure, Setup } from "../harness/figure.ts";

/** Tables of what was stored lately, by which repetition is known: swept after 2 minutes, here at once. */
const marks = ["posted", "idempotency_key", "receipt", "ring"];

/** A store in a file of its own, closed again: SQLite's log is written back and gone. */
async function storeWith(setup: Setup, name: string, open?: OpenFilling): Promise<DatabaseSync> {
  const path = join(setup.folder, `${name}.db`);
  const url = `sqlite:${path}`;
  await openTransport(url, { prefix: setup.prefix }).then((transport) => transport.close());
  if (open) {
    const filling = await open({ ...setup, url });
    await fill(filling, 0, count);
    await filling.close();
  }
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new Error("somebody has it open");
  return openBareFile(path);
}

/** Whole pages, without those that are free. */
function usedBytes(db: DatabaseSync): number {
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0]);
  return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
}

const empty: Contender = {
  name: "empty",
  label: "attune, an empty store",
  async open(setup) {
    return {
      async measure() {
        const db = await storeWith(setup, "empty");
        const file = usedBytes(db);
        db.close();
        return { file };
      },
      async close() {},
    };
  },
};

function contender(name: string, label: string, open: OpenFilling): Contender {
  return {
    name,
    label,
    async open(setup) {
      return {
        async measure() {
          const nothing = await storeWith(setup, `without-${name}`);
          const before = usedBytes(nothing);
          nothing.close();
          const db = await storeWith(setup, name, open);
          const fresh = usedBytes(db);
          for (const table of marks) db.exec(`DELETE FROM ${table}`);
          const after = usedBytes(db);
          db.close();
          return { bytes: (after - before) / count, fresh: (fresh - before) / count };
        },
        async close() {},
      };
    },
  };
}

export const sqliteBytes: Figure = {
  name: "sqlite-bytes",
  title: `a file of ${count.toLocaleString("en")} of each, its log written back: for each of them, at rest and right after they were stored`,
  store: "sqlite",
  metrics: { bytes: "bytes", fresh: "bytes", file: "bytes" },
  // It is the same each time.
  maxRounds: 1,
  warmUp: false,
  contenders: [
    contender("events", "attune, an event of 120 bytes", attuneEvents),
    contender("signals", "attune, a signal in one of 100 mailboxes", attuneSignals(100)),
    contender("agents", "attune, an agent", attuneAgents),
    empty,
  ],
  comparisons: [],
};
