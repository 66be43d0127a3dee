/** Twenty processes open a file that is not there yet, at once. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { joinStore, newPlace, Program } from "./fleet.ts";
import type { Opening, OpeningReport } from "./opening-at-once.ts";

const count = 20;
/** New files, one after the other: starting twenty processes takes longest. */
const rounds = 5;

test("twenty processes open a new file at once: one migration, no error, and all see each other's entries", {
  timeout: 90_000,
}, async () => {
  const { folder } = await newPlace();
  const names = Array.from({ length: count }, (_, n) => `p${String(n).padStart(2, "0")}`);
  const programs = names.map((name) => new Program("opens-at-once.ts", { name }));
  await Promise.all(programs.map((program) => program.hear()));
  const alone = await schemaOfOneThatIsAlone(join(folder, "alone", "attune.db"));
  for (let round = 0; round < rounds; round++) {
    const made = join(folder, `made-${round}`);
    const path = join(made, "deeper", "attune.db");
    const at = Date.now() + 100;
    for (const [index, program] of programs.entries()) {
      const halting = round > 0 && index % 2 === 0;
      program.tell({ url: `sqlite:${path}`, at, others: count, halting } satisfies Opening);
    }
    const reports = await Promise.all(programs.map((program) => program.hear<OpeningReport>()));
    const failed = reports.flatMap(({ error }) => error ?? []);
    const seen = reports.map((report) => new Set(report.seen).size);
    const stored = reports[0]!.seen.length;
    console.info(
      `round ${round}: ${count} opened within ${Math.max(...reports.map(({ openedMs }) => openedMs)).toFixed(0)} ms, failed ${failed.length}; sent ${count}, stored ${stored}, seen by each ${Math.min(...seen)} to ${Math.max(...seen)}`,
    );
    expect(failed).toEqual([]);
    expect(reports.map(({ status }) => status)).toEqual(Array(count).fill("available"));
    expect(reports.flatMap(({ warnings }) => warnings)).toEqual([]);
    for (const report of reports) expect([...report.seen].sort()).toEqual(names);
    // A second migration would have changed the schema more often.
    expect(schemaOf(path)).toEqual(alone);
    expect([modeOf(made), modeOf(join(made, "deeper")), modeOf(path)]).toEqual(["700", "700", "600"]);
  }
});

interface Schema {
  readonly version: number;
  /** How often it was changed since the file was made. */
  readonly changes: number;
  readonly spaces: number;
  readonly clocks: number;
}

async function schemaOfOneThatIsAlone(path: string): Promise<Schema> {
  const { transport } = await joinStore(`sqlite:${path}`);
  await transport.close();
  return schemaOf(path);
}

function schemaOf(path: string): Schema {
  const db = new DatabaseSync(path);
  try {
    const number = (sql: string) => Number(Object.values(db.prepare(sql).get()!)[0]);
    return {
      version: number("PRAGMA user_version"),
      changes: number("PRAGMA schema_version"),
      spaces: number("SELECT count(*) FROM space"),
      clocks: number("SELECT count(*) FROM clock"),
    };
  } finally {
    db.close();
  }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
