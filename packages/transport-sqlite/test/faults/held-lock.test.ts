/** A process that has the lock for writing is stopped: the others wait no longer than they said, and go on when it does. */
import type { Transport } from "@attune/transport";
import { expect, test } from "vitest";
import { DiskWatch } from "./disk-watch.ts";
import { expectFreeLoop } from "./expect-free-loop.ts";
import { joinStore, newPlace, Program, pause, until } from "./fleet.ts";
import type { CallerArgument, CallerLedger, CallerReport, HolderArgument, Storing } from "./held-lock.ts";
import { isLocked } from "./is-locked.ts";
import { loopInWords } from "./loop-watch.ts";
import { readStreams } from "./read-streams.ts";

test("a process that has the lock is stopped for 1 s and for 4 s: calls settle in time, reads go on, nothing is stored that was said not to be", {
  timeout: 60_000,
}, async () => {
  const { folder, path, url } = await newPlace();
  const { transport } = await joinStore(url);
  const holder = new Program("holds-the-lock.ts", { path } satisfies HolderArgument);
  const callers = [1000, 2000].map((operationTimeoutMs, index) => {
    const argument: CallerArgument = { url, name: `caller-${index}`, operationTimeoutMs };
    return { ...argument, program: new Program("calls-everything.ts", argument) };
  });
  await Promise.all([holder.hear(), ...callers.map(({ program }) => program.hear())]);
  const tellAll = async <T>(command: "call" | "report" | "ledger"): Promise<T[]> => {
    for (const { program } of callers) program.tell(command);
    return Promise.all(callers.map(({ program }) => program.hear<T>()));
  };

  for (const heldMs of [1000, 4000]) {
    const disk = new DiskWatch(folder);
    await tellAll("call");
    await pause(500);
    holder.tell("hold");
    await holder.hear();
    holder.stop();
    expect(isLocked(path)).toBe(true);
    await pause(heldMs);
    holder.goOn();
    holder.tell("release");
    await holder.hear();
    const reports = await tellAll<CallerReport>("report");
    const diskMs = await disk.stop();
    for (const [index, report] of reports.entries()) {
      const { name, operationTimeoutMs } = callers[index]!;
      console.info(`stopped for ${heldMs} ms: ${name} (${operationTimeoutMs} ms): ${told(report)}`);
    }
    for (const [index, report] of reports.entries()) {
      expectInTime(report, heldMs, callers[index]!.operationTimeoutMs);
      expectFreeLoop(report.loop, diskMs);
    }
  }

  const ledgers = await tellAll<CallerLedger>("ledger");
  for (const [index, ledger] of ledgers.entries()) {
    await expectAsAnswered(transport, callers[index]!.name, ledger);
  }
});

function told({ calls, statuses, loop }: CallerReport): string {
  const outcomes = Object.entries(calls).map(
    ([what, { calls: all, failed, longestMs }]) =>
      `${what} ${all - failed} of ${all} in ${longestMs.toFixed(0)} ms`,
  );
  return [outcomes.join(", "), `  status ${statuses.join(", ") || "as before"}; ${loopInWords(loop)}`].join(
    "\n",
  );
}

function expectInTime(
  { calls, errors, statuses, loop }: CallerReport,
  heldMs: number,
  operationTimeoutMs: number,
): void {
  // For so long at worst the machine let others run instead: nobody can settle anything then.
  const elsewhereMs = Math.max(0, loop.lateMs - loop.blockedMs);
  for (const [what, { longestMs }] of Object.entries(calls)) {
    expect([what, longestMs < operationTimeoutMs + 250 + elsewhereMs]).toEqual([what, true]);
  }
  const reads = calls["reads while available"]!;
  expect(reads.failed).toBe(0);
  expect(reads.calls).toBeGreaterThan(100);
  expect(reads.longestMs).toBeLessThan(250 + elsewhereMs);
  // Or nobody was kept from writing.
  expect(calls.append!.longestMs).toBeGreaterThan(Math.min(heldMs, operationTimeoutMs) / 2);
  for (const error of errors) {
    expect(error).toMatch(/^ATTUNE_TRANSPORT_UNAVAILABLE: /);
    expect(error).not.toMatch(/SQLITE_BUSY|database is locked/);
  }
  if (heldMs < operationTimeoutMs) {
    expect([statuses, errors]).toEqual([[], []]);
  } else if (heldMs > 1.5 * operationTimeoutMs) {
    // Held for about as long as it waits, the store may or may not have been found away.
    expect(statuses).toEqual(["unavailable", "available"]);
    expect(calls.append!.failed).toBeGreaterThan(0);
  }
}

/** Everything that was answered as stored is there once, nothing that was answered as not stored is. */
async function expectAsAnswered(transport: Transport, name: string, ledger: CallerLedger): Promise<void> {
  const { stored, notStored, taken } = ledger;
  const pending = async () => {
    const messages = await transport.mailboxes.list({ agent: name, selector: {}, count: 100_000 });
    return messages.map(({ id }) => id);
  };
  // Takes that failed, and took, are undone once the store is back.
  await until("all messages are pending or taken", async () => {
    return taken.length + (await pending()).length >= stored.post.length;
  });
  const entries = await readStreams(transport, ["called"]);
  const records = await transport.records.get("called", [...stored.put, ...notStored.put]);
  const found: Record<Storing, string[]> = {
    append: entries.filter(({ source }) => source === name).map(({ data }) => data!),
    post: [...taken, ...(await pending())],
    put: records.flatMap((record) => record?.key ?? []),
  };
  for (const what of ["append", "post", "put"] as const) {
    const there = new Set(found[what]);
    const counts = {
      acknowledged: stored[what].length,
      refused: notStored[what].length,
      stored: found[what].length,
      lost: stored[what].filter((key) => !there.has(key)).length,
      "refused and stored": notStored[what].filter((key) => there.has(key)).length,
      doubled: found[what].length - there.size,
    };
    console.info(`${name}, ${what}: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ lost: 0, "refused and stored": 0, doubled: 0 });
    expect(counts.acknowledged).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(10);
  }
}
