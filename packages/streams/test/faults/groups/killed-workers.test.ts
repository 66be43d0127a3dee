/** Workers killed -9 at random, and their server too: every event is processed or, where its handler throws, a dead letter. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { until } from "@attune-tools/every-store";
import { expect, onTestFinished, test } from "vitest";
import { faultTest, join, startFleet } from "../fleet.ts";
import { publishSurely } from "./publish-surely.ts";
import { expectErrors, readLedger, reckon } from "./reckoning.ts";
import { eventType, group, type WorkArgument } from "./work.ts";
import { Worker } from "./worker.ts";

/** The long forms: `ATTUNE_TEST_SOAK=1 npx vitest run --project faults packages/streams/test/faults/groups`. */
const soak = process.env.ATTUNE_TEST_SOAK === "1";
const events = soak ? 100_000 : 4000;
const batch = 200;
/** How long publishing takes: faults happen meanwhile. */
const publishMs = soak ? 60_000 : 1500;
const killEveryMs = soak ? 700 : 300;
const poisonEvery = soak ? 1000 : 500;
/** Published once the faults are over. */
const calm = 2 * poisonEvery;
const minIdleMs = 1000;
const workers = soak ? 4 : 3;

faultTest(
  `${workers} workers on Redis, ${events} events, workers killed -9 at random, the server restarted twice: nothing lost`,
  {
    timeout: soak ? 300_000 : 90_000,
  },
  async () => {
    const { server } = await startFleet({ appendOnly: true, args: ["--appendfsync", "always"] });
    await runThrough(server.url, async (share) => {
      if (share === 1) await server.kill();
      if (share === 2) await server.restart();
      else await server.start();
    });
  },
);

test(`${workers} workers on a file, ${events} events, workers killed -9 at random, one stopped for long: nothing lost`, {
  timeout: soak ? 300_000 : 90_000,
}, async () => {
  const folder = await temporaryFolder();
  await runThrough(`sqlite:${joinPath(folder, "attune.db")}`, async (_, fleet) => {
    // Longer than `minIdleMs`: what it has goes to others, and it comes back in the midst of it.
    const stopped = fleet[0]!;
    stopped.stop();
    await pause(minIdleMs * 1.5);
    stopped.goOn();
  });
});

/** `fault` happens when a third and when two thirds were published. */
async function runThrough(
  url: string,
  fault: (share: number, fleet: readonly Worker[]) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const ledger = joinPath(await temporaryFolder(), "ledger");
  const argument: WorkArgument = { url, ledger, poisonEvery, minIdleMs, count: 200 };
  const fleet = Array.from({ length: workers }, () => new Worker(argument));
  const { transport, streamer } = await join(url, { maxLength: 1_000_000 });
  await Promise.all(fleet.map(({ ready }) => ready));

  const killing = new AbortController();
  const killed = killAtRandom(fleet, argument, killing.signal);
  let published = 0;
  const faults: Promise<void>[] = [];
  const publishingSince = performance.now();
  const publish = async () => {
    await publishSurely(streamer, published + 1, published + batch);
    published += batch;
  };
  const stormy = events - calm;
  while (published < stormy) {
    if (published >= ((faults.length + 1) * stormy) / 3) faults.push(fault(faults.length + 1, fleet));
    await publish();
    await pause((published / stormy) * publishMs - (performance.now() - publishingSince));
  }
  await Promise.all(faults);
  killing.abort();
  const kills = await killed;
  while (published < events) await publish();
  await until(
    "everything is done",
    async () => {
      const [state] = await transport.groups.states(eventType);
      const [stream] = await transport.streams.states([eventType]);
      return state?.pending === 0 && state.deliveredId === stream?.lastId;
    },
    60_000,
  );
  const exits = await Promise.all(fleet.map((worker) => worker.end()));
  const reckoning = await reckon(transport, streamer, {
    published,
    calmFrom: stormy + 1,
    poisonEvery,
    noted: readLedger(ledger),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.info(
    `${url.split(":")[0]}: ${kills} x kill -9, ${faults.length} other faults, ${seconds} s: ${JSON.stringify(reckoning)}`,
  );
  expect(reckoning).toMatchObject({
    published: events,
    processed: events - events / poisonEvery,
    lost: 0,
    acknowledgedTwice: 0,
    poisonousLeft: 0,
    wronglyDead: 0,
    deadLetters: events / poisonEvery,
    unexplained: 0,
    pending: 0,
  });
  expectErrors(reckoning);
  expect(await streamer.countDeadLetters(group)).toBe(events / poisonEvery);
  expect(kills).toBeGreaterThanOrEqual(workers);
  expect(exits).toEqual(Array(workers).fill(0));
}

/** Each in turn first, then whichever; replaced at once. Resolves with how many were killed, once all are at work. */
async function killAtRandom(fleet: Worker[], argument: WorkArgument, signal: AbortSignal): Promise<number> {
  let kills = 0;
  while (!signal.aborted || kills < fleet.length) {
    await pause(killEveryMs * (0.5 + Math.random()));
    const index = kills < fleet.length ? kills : Math.floor(Math.random() * fleet.length);
    await fleet[index]!.ready;
    await fleet[index]!.kill();
    fleet[index] = new Worker(argument);
    kills++;
  }
  await Promise.all(fleet.map(({ ready }) => ready));
  return kills;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(joinPath(tmpdir(), "attune-group-faults-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
