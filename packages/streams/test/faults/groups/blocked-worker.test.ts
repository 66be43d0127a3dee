/** A worker whose event loop stands still for longer than `minIdleMs`: its work goes to another, and it is told so. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { until } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { publishJobs, untilDone } from "../../groups/in-group.ts";
import { faultTest, join, startFleet } from "../fleet.ts";
import { readLedger } from "./reckoning.ts";
import { Worker } from "./worker.ts";

const minIdleMs = 1000;
const events = 600;

faultTest(
  "on Redis: what a blocked worker has goes to the other, its late acknowledgements are refused",
  { timeout: 60_000 },
  async () => {
    const { server } = await startFleet();
    await blockOne(server.url);
  },
);

test("on a file: what a blocked worker has goes to the other, its late acknowledgements are refused", {
  timeout: 60_000,
}, async () => {
  await blockOne(`sqlite:${joinPath(await temporaryFolder(), "attune.db")}`);
});

async function blockOne(url: string): Promise<void> {
  const folder = await temporaryFolder();
  const [mine, others] = ["blocked", "other"].map((name) => joinPath(folder, name)) as [string, string];
  const start = (ledger: string) => new Worker({ url, ledger, poisonEvery: 0, minIdleMs, handlerMs: 5 });
  const workers = [start(mine), start(others)];
  await Promise.all(workers.map(({ ready }) => ready));
  const { transport, streamer } = await join(url);
  await publishJobs(streamer, 1, events);
  await until("both are at work", () =>
    [mine, others].every((ledger) => readLedger(ledger).processed.size > 5),
  );
  workers[0]!.block(2.5 * minIdleMs);
  await untilDone(transport);
  expect(await Promise.all(workers.map((worker) => worker.end()))).toEqual([0, 0]);
  const [blocked, other] = [readLedger(mine), readLedger(others)];
  const all = new Set([...blocked.processed.keys(), ...other.processed.keys()]);
  const both = [...blocked.processed.keys()].filter((n) => other.processed.has(n));
  const acknowledgedBoth = [...blocked.acknowledged.keys()].filter((n) => other.acknowledged.has(n));
  console.info(
    `${url.split(":")[0]}: blocked one processed ${blocked.processed.size}, other ${other.processed.size}, both ${both.length}, refused ${blocked.refused.size}`,
  );
  expect(all.size).toBe(events);
  // What it was at when it was blocked, and nothing of what waited behind that. (The machine may stand still, too.)
  expect(both.length).toBeGreaterThanOrEqual(1);
  expect(both.length).toBeLessThanOrEqual(3);
  expect(blocked.refused.size).toBeGreaterThanOrEqual(1);
  expect(both).toEqual(expect.arrayContaining([...blocked.refused.keys()]));
  expect(acknowledgedBoth).toEqual([]);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(joinPath(tmpdir(), "attune-group-faults-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
