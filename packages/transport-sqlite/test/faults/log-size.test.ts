/** SQLite's log: it stays short under constant writing, and goes when everybody has closed. */
import { readdirSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { DiskWatch } from "./disk-watch.ts";
import { expectFreeLoop } from "./expect-free-loop.ts";
import type { FillingArgument, FillingReport } from "./filling.ts";
import { newPlace, Program, pause, soak } from "./fleet.ts";
import { LogLengths } from "./log-lengths.ts";
import { loopInWords } from "./loop-watch.ts";

const forMs = soak ? 60_000 : 2000;
const longestMs = forMs + 20_000;
const mebibyte = 1024 * 1024;
/** Two writers that never pause may be quicker than the disk that their log is written back to; it is bounded all the same. */
const boundBytes = 512 * mebibyte;

test(`two processes write for ${forMs / 1000} s without a pause: the log stays below 512 MB, and is gone in the end`, {
  timeout: longestMs + 60_000,
}, async () => {
  const { folder, path, url } = await newPlace();
  const elsewhere = await newPlace();
  const programs = ["one", "two"].map((name) => {
    return new Program("fills-the-log.ts", { url, name, bytes: 2000 } satisfies FillingArgument);
  });
  await Promise.all(programs.map((program) => program.hear()));
  const disk = new DiskWatch(elsewhere.folder);
  const lengths = new LogLengths(path);
  const startedAt = performance.now();
  // On a busy machine it takes longer until there is something to see.
  const enough = (ms: number) => ms > longestMs || (ms > forMs && lengths.ended.length > 3);
  while (!enough(performance.now() - startedAt)) {
    lengths.look();
    await pause(5);
  }
  // The first grows while the threads that write it back are only just starting.
  const [first = 0, ...later] = lengths.ended;
  const longest = Math.max(...later, lengths.present);
  const diskMs = await disk.stop();
  const inUse = readdirSync(folder).sort();
  for (const program of programs) program.tell("stop");
  const reports = await Promise.all(programs.map((program) => program.hear<FillingReport>()));
  const mb = (bytes: number) => (bytes / mebibyte).toFixed(1);
  console.info(
    `entries sent ${reports.map(({ appended }) => appended)}, failed ${reports.map(({ failed }) => failed)}; the log had ${mb(first)} MB at first, then ${mb(longest)} MB at most, and was begun anew ${lengths.ended.length} times; ${reports.map(({ loop }) => loopInWords(loop)).join("; ")}; disk ${diskMs.toFixed(1)} ms`,
  );
  const closed: number[] = [];
  // One after the other: where two close within the same microseconds, SQLite lets neither of them clear up.
  for (const program of programs) {
    program.tell("close");
    closed.push(await program.hear<number>());
  }
  const left = readdirSync(folder).sort();
  for (const program of programs) program.tell("exit");
  const exits = await Promise.all(programs.map((program) => program.exit()));
  console.info(
    `closed within ${closed.map((ms) => ms.toFixed(0)).join(" and ")} ms; file ${mb(statSync(path).size)} MB; left: ${left}`,
  );
  expect(reports.map(({ failed }) => failed)).toEqual([0, 0]);
  expect(longest).toBeLessThan(boundBytes);
  // Or it would have stayed short by itself.
  expect(lengths.ended.length).toBeGreaterThan(3);
  for (const { loop } of reports) expectFreeLoop(loop, diskMs);
  expect(inUse).toEqual(["attune.db", "attune.db-shm", "attune.db-wal"]);
  expect(exits).toEqual([0, 0]);
  expect(left).toEqual(["attune.db"]);
});
