/**
 * A consumer as a process of its own: does the effects of events 0 to `count`, each a row of `effects`. Argument: JSON. With
 * `diesAt` it kills itself between that event's effect and its commit. Says how many it has done.
 */
import { DatabaseSync } from "node:sqlite";
import type { OnceStore } from "@attune/streams";
import pg from "pg";
import { postgresOnce, sqliteOnce } from "../../../src/once/index.ts";

export interface EffectsArgument {
  readonly url: string;
  readonly count: number;
  readonly diesAt?: number;
}

const { url, count, diesAt } = JSON.parse(process.argv[2]!) as EffectsArgument;

async function consume<Tx>(store: OnceStore<Tx>, insert: (tx: Tx, n: number) => unknown): Promise<void> {
  let done = 0;
  for (let n = 0; n < count; n++) {
    const key = { group: "workers", eventType: "step", eventId: `${n}-0` };
    const outcome = await store.once(key, async (tx) => {
      await insert(tx, n);
      if (n === diesAt) process.kill(process.pid, "SIGKILL");
    });
    if (outcome.done) done += 1;
  }
  console.log(done);
}

if (url.startsWith("postgres")) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  await consume(postgresOnce({ pool }), (client, n) => client.query("INSERT INTO effects VALUES ($1)", [n]));
  await pool.end();
} else {
  const database = new DatabaseSync(url);
  await consume(sqliteOnce({ database }), (db, n) => db.prepare("INSERT INTO effects VALUES (?)").run(n));
  database.close();
}
