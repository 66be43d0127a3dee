/**
 * All of it at once: workers share events and an archiver keeps them, all killed -9 at random, the server restarted twice.
 * The long form: `ATTUNE_TEST_SOAK=1 npx vitest run --project faults packages/archive/test/faults/fleet.test.ts`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { loggerInto, until } from "@attune-tools/every-store";
import { startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { expect, inject, onTestFinished, test } from "vitest";
import { publishSurely } from "../../../streams/test/faults/groups/publish-surely.ts";
import { expectErrors, readLedger, reckon } from "../../../streams/test/faults/groups/reckoning.ts";
import { eventType, group, type WorkArgument } from "../../../streams/test/faults/groups/work.ts";
import { Worker } from "../../../streams/test/faults/groups/worker.ts";

const soak = process.env.ATTUNE_TEST_SOAK === "1";
const events = soak ? 100_000 : 4000;
const batch = 200;
const publishMs = soak ? 60_000 : 1500;
const killEveryMs = soak ? 600 : 300;
const poisonEvery = soak ? 1000 : 500;
/** Published once the faults are over. */
const calm = 2 * poisonEvery;
const workers = soak ? 4 : 2;
const script = fileURLToPath(new URL("scripts/archiver.ts", import.meta.url));

/** Whoever can be killed and started again. */
interface Killable {
  readonly ready: Promise<unknown>;
  kill(): Promise<void>;
  end(): Promise<unknown>;
}

test.skipIf(inject("redisUrl") === "")(
  `${workers} workers, an archiver and ${events} events, all killed at random, the server restarted twice: nothing lost, nothing twice in the archive`,
  { timeout: soak ? 300_000 : 120_000 },
  async () => {
    const folder = mkdtempSync(joinPath(tmpdir(), "attune-archive-fleet-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const server = await startRedis({ appendOnly: true, args: ["--appendfsync", "always"] });
    onTestFinished(() => server.stop());
    const transport = await openTransport(server.url, { logger: loggerInto([]) });
    onTestFinished(() => transport.close());
    const streamer = new EventStreamer({ transport, maxLength: 1_000_000 });

    const ledger = joinPath(folder, "ledger");
    const file = joinPath(folder, "archive.db");
    const work: WorkArgument = { url: server.url, ledger, poisonEvery, minIdleMs: 1000, count: 200 };
    const make = (index: number): Killable =>
      index < workers ? new Worker(work) : archiver({ from: server.url, to: `sqlite:${file}`, count: 100 });
    const fleet = Array.from({ length: workers + 1 }, (_, index) => make(index));
    await Promise.all(fleet.map(({ ready }) => ready));

    let killing = true;
    let kills = 0;
    let archiverKills = 0;
    const killed = (async () => {
      while (killing || kills < fleet.length) {
        await pause(killEveryMs * (0.5 + Math.random()));
        const index = kills < fleet.length ? kills : Math.floor(Math.random() * fleet.length);
        await fleet[index]!.ready;
        await fleet[index]!.kill();
        fleet[index] = make(index);
        kills++;
        if (index === workers) archiverKills++;
      }
    })();

    const restarts: Promise<void>[] = [];
    const publishingSince = performance.now();
    const stormy = events - calm;
    for (let published = 0; published < stormy; published += batch) {
      if (published >= ((restarts.length + 1) * stormy) / 3) {
        restarts.push(restarts.length === 0 ? server.kill().then(() => server.start()) : server.restart());
      }
      await publishSurely(streamer, published + 1, published + batch);
      await pause(((published + batch) / stormy) * publishMs - (performance.now() - publishingSince));
    }
    await Promise.all(restarts);
    killing = false;
    await killed;
    await publishSurely(streamer, stormy + 1, events);

    await until(
      "everything is acknowledged",
      async () => {
        const [state] = await transport.groups.states(eventType);
        const [stream] = await transport.streams.states([eventType]);
        return state?.pending === 0 && state.deliveredId === stream?.lastId;
      },
      60_000,
    );
    await until("everything is archived", () => countRows(file).total >= events, 60_000);
    await Promise.all(fleet.map((one) => one.end()));

    const reckoning = await reckon(transport, streamer, {
      published: events,
      calmFrom: stormy + 1,
      poisonEvery,
      noted: readLedger(ledger),
    });
    const rows = countRows(file);
    console.info(
      `${kills} x kill -9, ${archiverKills} of them the archiver, ${restarts.length} restarts of the server: ${JSON.stringify({ ...reckoning, rows })}`,
    );
    expect(reckoning).toMatchObject({
      processed: events - events / poisonEvery,
      lost: 0,
      acknowledgedTwice: 0,
      unexplained: 0,
      poisonousLeft: 0,
      deadLetters: events / poisonEvery,
      wronglyDead: 0,
      pending: 0,
    });
    expectErrors(reckoning);
    expect(await streamer.countDeadLetters(group)).toBe(events / poisonEvery);
    expect(rows).toEqual({ total: events, distinct: events, least: 1, most: events });
  },
);

function archiver(argument: { from: string; to: string; count: number }): Killable {
  const child: ChildProcess = fork(script, [JSON.stringify(argument)], {
    execArgv: ["--conditions=@attune/source", "--no-warnings"],
    stdio: ["ignore", "inherit", "ignore", "ipc"], // its warnings of the outages are of no interest
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { ready: Promise.race([once(child, "message"), exited]), kill, end: kill };
}

/** Counted in the store itself, past the sink. */
function countRows(file: string) {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 }); // whoever recovers a killed archiver's log locks it
  try {
    const row = database
      .prepare(
        `SELECT count(*) AS total, count(DISTINCT n) AS "distinct", min(n) AS least, max(n) AS most
         FROM (SELECT json_extract(data, '$.n') AS n FROM events WHERE event_type = ?)`,
      )
      .get(eventType);
    return { ...row } as { total: number; distinct: number; least: number; most: number };
  } finally {
    database.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
