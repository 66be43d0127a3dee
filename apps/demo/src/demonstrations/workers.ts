/** Workers: a consumer group shares jobs among processes; one is killed, one job is poisonous, and nothing is lost or done twice. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeadLetter, EventStreamer } from "@attune/streams";
import { AgentIds } from "../agent-ids.ts";
import { type Count, countFile, defineCounting } from "../counting.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { FollowedCounting } from "../followed-counting.ts";
import { ownFiles } from "../own-files.ts";
import { fileCounter } from "../parts/file-counter.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

const jobs = 36;
const jobMs = 120;
const minIdleMs = 2000;
const maxDeliveries = 3;
const hangsAfter = 2;
const [doomed, ...steady] = ["doomed", "ann", "bob"] as const;
/** Among the first that anybody begins, so that it is given up while the others are counted, and is not what the doomed hangs at. */
const damagedPlace = 1;
const damaged = "damaged.ts";

export const workers: Demonstration = {
  name: "workers",
  summary: "three workers share jobs; one is killed, one job is poisonous: all is done, and counted once",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  // Before the rest, to be removed after it: when no process is left that could read there.
  await using folder = await damagedFolder();
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const { run } = ids;
  const group = ids.idOf("counters");
  const { job, progress } = defineCounting(run);
  const streamer = new EventStreamer({ transport, source: "workers" });
  try {
    const files = (await ownFiles(jobs)).map(toJob);
    const [original] = files;
    files.splice(damagedPlace, 0, { file: damaged, path: folder.path });
    steps.say(
      `${files.length} files are to be counted by a group of three workers. One will be killed; ${damaged} is no text.`,
    );
    await using followed = await FollowedCounting.start(
      transport,
      { run, group },
      steps.say.bind(steps),
      ending,
    );
    const working = [doomed, ...steady].map((worker) =>
      parts.start(fileCounter, {
        run,
        group,
        worker,
        minIdleMs,
        maxDeliveries,
        jobMs,
        ...(worker === doomed ? { hangsAfter } : {}),
      }),
    );
    const [victim, ...survivors] = working;
    steps.say(whoIsWhere([doomed, ...steady].map((worker, index) => [worker, working[index]!] as const)));
    steps.say("What a consumer of their events sees of it:");
    await Promise.all(working.map(({ ready }) => ready));
    const jobIds = await streamer.publishEvents(files.map((data) => ({ eventType: job, data })));
    const idOf = (file: string) => jobIds[files.findIndex((one) => one.file === file)];

    const begunByDoomed = () => followed.of("begun").filter(({ worker }) => worker === doomed);
    const hungAt = () =>
      begunByDoomed()
        .slice(hangsAfter)
        .find(({ delivery }) => delivery === 1);
    await followed.until(() => hungAt() !== undefined);
    const held = hungAt();
    await victim!.kill();
    victim!.result.catch(() => {}); // it was killed
    const how = parts.apart ? `kill -9 of process ${victim!.processId}` : "it ends without a last word";
    steps.say(
      `  The doomed is killed in the middle of ${held?.file} (${how}). Another gets that after ${minIdleMs} ms.`,
    );
    const counted = () => new Set(followed.of("counted").map(({ job_id }) => job_id));
    await followed.until(() => counted().size >= jobs && followed.givenUp.length > 0);
    if (interruption.aborted) return 130;

    steps.say("\nWhat came out of it:");
    const expected = await countsOf(files.filter(({ file }) => file !== damaged));
    steps.check(
      `each of the ${jobs} texts was counted, and counted once`,
      followed
        .of("counted")
        .map(({ job_id }) => job_id)
        .sort(),
      jobIds.filter((id) => id !== idOf(damaged)).sort(),
    );
    steps.check("the numbers are right", sorted(followed.of("counted").map(toCounted)), sorted(expected));
    const sharedBy = new Set(followed.of("counted").map(({ worker }) => worker));
    steps.check("all three had a share", [...sharedBy].sort(), [doomed, ...steady].sort());
    const heir = followed.of("counted").find(({ job_id }) => job_id === held?.job_id);
    steps.check(
      "what the killed one had in its hands was delivered to another one, and counted there",
      [heir && heir.worker !== doomed, heir && heir.delivery > 1],
      [true, true],
    );
    const deliveries = followed.of("failed").map(({ delivery }) => delivery);
    steps.check(
      `${damaged} was tried ${maxDeliveries} times; that it was given up was told once`,
      [Math.max(...deliveries), followed.givenUp],
      [maxDeliveries, [idOf(damaged)]],
    );

    const letters = await streamer.listDeadLetters({ group });
    steps.say("\nThe dead letters of the group:");
    for (const letter of letters) steps.say(`  ${lineOf(letter)}`);
    steps.check(
      "there is that one, with its data and its error",
      letters.map(({ eventId, data, deliveryCount }) => [eventId, data, deliveryCount]),
      [[idOf(damaged), { file: damaged, path: folder.path }, maxDeliveries]],
    );
    await copyFile(original!.path, folder.path);
    steps.say(
      `\n${damaged} is mended (it is a copy of ${original!.file} now), and its dead letter replayed:`,
    );
    const replayed = await streamer.replayDeadLetters({ group });
    await followed.until(() => counted().size > jobs);
    if (interruption.aborted) return 130;

    for (const each of survivors) each.tell("end");
    await Promise.all(survivors.map(({ result }) => result));
    const again = followed.of("counted").filter(({ job_id }) => job_id === idOf(damaged));
    const { lines } = await countFile(original!.path);
    steps.check(
      "one was replayed, delivered as new under its old id, and counted",
      [replayed, again.map((told) => [told.delivery, told.lines])],
      [1, [[1, lines]]],
    );
    steps.check("no dead letter is left", await streamer.countDeadLetters(group), 0);
    const [state] = await transport.groups.states(job.eventType);
    steps.check(
      `other readers of the stream do not get it again: it has ${files.length} jobs, and none is pending`,
      [(await streamer.getStreamInfo(job.eventType))?.length, state?.pending],
      [files.length, 0],
    );
    return steps.conclude();
  } finally {
    await parts.close();
    await streamer.purgeDeadLetters({ group });
    for (const type of [job.eventType, progress.eventType, `attune:retry:${group}`]) {
      await streamer.deleteStream(type);
    }
  }
}

interface Job {
  readonly file: string;
  readonly path: string;
}

function toJob({ path, location }: TreeFile): Job {
  return { file: path, path: location.toString() };
}

type Counted = readonly [file: string, lines: number | undefined, words: number | undefined];

function toCounted({ file, lines, words }: { readonly file: string } & Partial<Count>): Counted {
  return [file, lines, words];
}

function countsOf(files: readonly Job[]): Promise<Counted[]> {
  return Promise.all(files.map(async ({ file, path }) => toCounted({ file, ...(await countFile(path)) })));
}

function sorted(counts: readonly Counted[]): Counted[] {
  return counts.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function lineOf({ eventId, error, deliveryCount, consumer }: DeadLetter): string {
  return `${eventId}  ${deliveryCount} deliveries, the last one to ${consumer}: ${error}`;
}

/** A file that is no text. */
async function damagedFolder() {
  const root = await mkdtemp(join(tmpdir(), "attune-demo-"));
  const path = join(root, damaged);
  await writeFile(path, Uint8Array.of(0x23, 0xff, 0xfe, 0x0a));
  return { path, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
