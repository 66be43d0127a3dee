/** kill -9 of a writer, at random and in the midst of a transaction: nothing acknowledged is lost, nothing is stored in part. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type AppendRequest, openTransport } from "@attune/transport";
import { expect, test } from "vitest";
import { newPlace, type Place, Program, pause, soak, until } from "./fleet.ts";
import { isLocked } from "./is-locked.ts";
import { type Halt, reckon } from "./kill-rounds.ts";
import { readStreams } from "./read-streams.ts";

const kills = soak ? 200 : 20;

/** How each kind of kill comes about, by turns. */
const kinds = [
  { kind: "at random", halts: false, alone: false },
  { kind: "within a transaction", halts: true, alone: false },
  { kind: "at random, nobody else at the file", halts: false, alone: true },
  { kind: "within a transaction, nobody else at the file", halts: true, alone: true },
  { kind: "after COMMIT, before the answer", halts: "answer", alone: false },
  { kind: "as the log is written back", halts: false, alone: false, log: true },
] satisfies Kind[];

interface Kind {
  readonly kind: string;
  /** Whether the writer stays in a transaction until it is killed, or after its COMMIT. */
  readonly halts: boolean | "answer";
  /** Nobody else has the file open: whoever opens it next has to mend it. */
  readonly alone: boolean;
  /** Killed once the log is so long that the writer's thread is at it. */
  readonly log?: boolean;
}

test(`a writer is killed -9, ${kills} times: all or nothing of each call, nothing acknowledged lost, and others write at once`, {
  timeout: soak ? 600_000 : 60_000,
}, async () => {
  const place = await newPlace();
  const writers = Array.from({ length: kills }, (_, n) => ({
    writer: `w${n}`,
    ledger: join(place.folder, `w${n}.ledger`),
  }));
  const start = (n: number) => new Program("writes-until-killed.ts", { url: place.url, ...writers[n] });
  let transport = await openTransport(place.url);
  let next = start(0);
  let own = 0;
  let locked = 0;
  let inTime = 0;
  const longest = { alone: 0, beside: 0 };
  const killed: Record<string, number> = {};
  for (let n = 0; n < kills; n++) {
    const { kind, halts, alone, log = false }: Kind = kinds[n % kinds.length]!;
    const program = next;
    await program.hear(); // ready
    if (n + 1 < kills) next = start(n + 1);
    if (alone) await transport.close();
    program.tell({ halt: haltFor(halts), bulkEvery: log ? 1 : 10 });
    await program.hear(); // writing, or halted
    if (log) await until("the log is long", () => logBytes(place) > 4 * 1024 * 1024);
    if (!halts) await pause(Math.random() * (log ? 300 : 80));
    else if (isLocked(place.path)) locked++;
    // Already waiting when the writer goes.
    const waiting = alone ? undefined : transport.streams.append([entry(own++)]);
    const killedAt = performance.now();
    await program.kill();
    killed[kind] = (killed[kind] ?? 0) + 1;
    if (alone) transport = await openTransport(place.url);
    await (waiting ?? transport.streams.append([entry(own++)]));
    const tookMs = performance.now() - killedAt;
    const key = alone ? "alone" : "beside";
    longest[key] = Math.max(longest[key], tookMs);
    if (tookMs < 1000) inTime++;
  }
  const reckonings = await reckon(transport, writers);
  const ownEntries = await readStreams(transport, ["own"]);
  const distinct = new Set(ownEntries.map(({ data }) => data)).size;
  await transport.close();
  const integrity = integrityOf(place);
  const halted = kinds.filter(({ halts }) => halts === true).map(({ kind }) => killed[kind] ?? 0);
  const within = halted.reduce((sum, count) => sum + count, 0);
  console.info(
    [
      `${kills} x kill -9: ${JSON.stringify(killed)}; ${locked} of ${within} within a transaction held the lock`,
      `next write of another process: after ${longest.beside.toFixed(0)} ms at most; where it had to open the file again, ${longest.alone.toFixed(0)} ms`,
      ...Object.entries(reckonings).map(([what, counts]) => `${what}: ${JSON.stringify(counts)}`),
      `entries of the other process: sent ${own}, stored ${ownEntries.length}, distinct ${distinct}; integrity_check: ${integrity}`,
    ].join("\n"),
  );
  expect(locked).toBe(within);
  expect(inTime).toBe(kills);
  for (const counts of Object.values(reckonings)) {
    expect(counts).toMatchObject({ torn: 0, lost: 0, doubled: 0 });
    expect(counts.acknowledged).toBeGreaterThan(kills);
    // At most the one that was under way at the kill.
    expect(counts.stored - counts.acknowledged).toBeLessThanOrEqual(kills);
  }
  expect([ownEntries.length, distinct]).toEqual([own, own]);
  expect(integrity).toBe("ok");
});

function haltFor(halts: Kind["halts"]): Halt | null {
  if (!halts) return null;
  const transaction = 1 + Math.floor(Math.random() * 30);
  return { transaction, before: halts === "answer" ? halts : 1 + Math.floor(Math.random() * 50) };
}

function entry(n: number): AppendRequest {
  const timestamp = new Date().toISOString();
  return { eventType: "own", timestamp, data: String(n), source: "test", maxLength: 1_000_000 };
}

function logBytes({ path }: Place): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Once nobody has it open any more. */
function integrityOf({ path }: Place): string {
  expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([false, false]);
  const db = new DatabaseSync(path);
  try {
    return String(db.prepare("PRAGMA integrity_check").get()?.integrity_check);
  } finally {
    db.close();
  }
}
