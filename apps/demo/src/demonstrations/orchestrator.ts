/** Orchestrator: one workflow starts three others with a broadcast, meets them at a checkpoint, and collects their results. */
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { ownFiles } from "../own-files.ts";
import { barrierWorker } from "../parts/barrier-worker.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import { hashFile } from "../tree/hash-file.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { FollowedWorkflows } from "../workflows/followed-workflows.ts";
import { completedBeat, lastBeats } from "../workflows/last-beats.ts";
import { OrchestratorWorkflow } from "../workflows/orchestrator-workflow.ts";
import { accountOf } from "../workflows/run-account.ts";

/** With how many files each hashes: by themselves they would not arrive together. */
const filesOf = { "worker-1": 2, "worker-2": 6, latecomer: 4 } as const;
const names = Object.keys(filesOf) as (keyof typeof filesOf)[];

export const orchestrator: Demonstration = {
  name: "orchestrator",
  summary:
    "a workflow starts others, one of them late, meets them at a checkpoint and collects their results",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const shares = sharesOf(names.map((name) => filesOf[name]));
  const followed = await FollowedWorkflows.start(transport, ids, (line) => steps.say(line), ending);
  const workers = names.map((name, index) =>
    parts.start(barrierWorker, { run: ids.run, name, ...shares[index]!, later: name === "latecomer" }),
  );
  const latecomer = workers.at(-1)!;
  await Promise.all(workers.map(({ ready }) => ready));
  steps.say(
    "An orchestrator starts its workers, meets them at a checkpoint, and collects what they have done.",
  );
  steps.say(whoIsWhere(names.map((name, index) => [name, workers[index]!])));
  steps.say("What a consumer of their events sees of it:");
  await using workflow = new OrchestratorWorkflow(allFlags(transport, ids.idOf("orchestrator")));
  const agents = names.map((name) => ids.idOf(name));
  const orchestrating = workflow.execute(agents, { signal: ending });
  await followed.until(() => followed.signals.some(({ type }) => type === "start"));
  steps.say("The latecomer starts.");
  latecomer.tell("start");
  const orchestrated = accountOf(await orchestrating);
  const worked = await Promise.all(workers.map(({ result }) => result));
  await followed.end({ signals: 2 + 2 * names.length, ends: 1 + names.length });
  if (interruption.aborted) return 130;

  const each = <T>(value: T) => names.map(() => value);
  const done = orchestrated.output;
  const works = worked.map(({ run }) => run.output);
  steps.say("");
  steps.check(
    "all four have completed",
    [orchestrated.status, ...worked.map(({ run }) => run.status)],
    ["completed", ...each("completed")],
  );
  steps.check(
    "each worker got the start, and the go",
    works.map((work) => [work?.start, work?.go]),
    each([done?.start, done?.go]),
  );
  steps.check(
    "nobody could have had one of them twice",
    worked.map(({ again }) => again),
    each(0),
  );
  steps.check(
    "the latecomer began when the start was out",
    isAfter(worked.at(-1)?.beganAt, done?.startedAt),
    true,
  );
  const arrivals = works.map((work) => work?.reachedAt ?? Number.NaN);
  const departures = works.map((work) => work?.wentOnAt ?? Number.NaN);
  steps.check(
    "all three were at the checkpoint when the orchestrator saw them there, and nobody went on before",
    [isAfter(done?.allThereAt, Math.max(...arrivals)), isAfter(Math.min(...departures), done?.allThereAt)],
    [true, true],
  );
  const files = await ownFiles(shares.at(-1)!.to);
  const hashes = await Promise.all(files.map((file) => hashFile(file)));
  steps.check(
    "the orchestrator has the work of each",
    done?.results,
    shares.map(({ from, to }) => ({ hashes: hashes.slice(from, to) })),
  );
  steps.check(
    "every signal was followed live, each once",
    followed.signals.map(({ type, target }) => `${type} ${target ?? "all"}`).sort(),
    [
      ...each("checkpoint_reached orchestrator"),
      "go all",
      "start all",
      ...each("task_complete orchestrator"),
    ],
  );
  steps.check(
    "so was the end of every run",
    followed.ends.map(({ name, status }) => `${name} ${status}`).sort(),
    ["orchestrator", ...names].map((name) => `${name} completed`).sort(),
  );
  steps.check("their heartbeats say so", await lastBeats(transport, ids, ["orchestrator", ...names]), [
    completedBeat,
    ...each(completedBeat),
  ]);
  return steps.conclude();
}

interface Share {
  readonly from: number;
  readonly to: number;
}

/** Each has files of its own. */
function sharesOf(counts: readonly number[]): Share[] {
  let to = 0;
  return counts.map((count) => {
    const from = to;
    to += count;
    return { from, to };
  });
}

/** False too when one of them did not happen. */
function isAfter(later: number | undefined, earlier: number | undefined): boolean {
  return later !== undefined && earlier !== undefined && later > earlier;
}
