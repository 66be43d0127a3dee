/** Abort: one of four workflows finds that it cannot go on and tells the others, who stop, wherever they are. */
import { agentError } from "@attune/heartbeat";
import type { CoordinationSignal } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { collector } from "../parts/collector.ts";
import { type LongWorkerOutput, longWorker } from "../parts/long-worker.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import { FollowedWorkflows } from "../workflows/followed-workflows.ts";
import { lastBeats } from "../workflows/last-beats.ts";

const workers = ["finder", "hasher", "stubborn"] as const;
const names = [...workers, "collector"] as const;
const [finder, ...others] = names;
const stubborn = "stubborn";
const abortPayload = z.object({ reason: z.string() });
/** For so long the run of the stubborn one waits for it. */
const graceMs = 400;
/** Much more than it takes: also where everything is slow, it is not for ever. */
const boundMs = 5000;

export const abort: Demonstration = {
  name: "abort",
  summary:
    "a workflow finds a critical problem and stops the others: who works, who waits, who does not listen",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const { run } = ids;
  const followed = await FollowedWorkflows.start(transport, ids, (line) => steps.say(line), ending);
  const [finding, ...working] = workers.map((name) =>
    parts.start(longWorker, {
      run,
      name,
      stubborn: name === stubborn,
      graceMs: name === stubborn ? graceMs : boundMs,
      losesFile: name === finder,
    }),
  );
  const running = [finding!, ...working, parts.start(collector, { run, workers })] as const;
  steps.say(
    "Three workers hash files, one of them without ever looking up; a collector waits for all of them.",
  );
  steps.say(whoIsWhere(names.map((name, index) => [name, running[index]!])));
  steps.say("What a consumer of their events sees of it:");
  await Promise.all(running.map(({ ready }) => ready));
  steps.say("All of them are at it. Now a file that the finder needs is deleted.");
  finding!.tell("lose");
  const [found, ...stopped] = await Promise.all(running.map(({ result }) => result));
  await followed.end({ signals: 1, ends: names.length });
  if (interruption.aborted) return 130;

  steps.say("");
  const each = <T>(value: T) => others.map(() => value);
  const delays = stopped.map(delayOf);
  const listed = others.map((name, index) => `${name} ${delays[index]} ms`).join(", ");
  steps.say(`Ended after the abort: ${listed}`);
  const { status, error } = found!.run;
  steps.check(
    "the finder has failed, with the real cause",
    [status, error?.code, error?.cause?.code],
    ["failed", "ATTUNE_STAGE_FAILED", "ENOENT"],
  );
  steps.check(
    "the others were cancelled by its signal, with its reason",
    stopped.map(({ run }) => [run.status, run.error?.signal?.sourceAgent, reasonIn(run.error?.signal)]),
    each(["cancelled", ids.idOf(finder), error?.cause?.message]),
  );
  steps.check(
    `each of them within ${boundMs} ms`,
    delays.map((ms) => ms < boundMs),
    each(true),
  );
  steps.check(
    `the stubborn one was still busy then: its run has waited ${graceMs} ms for it, and gone on`,
    stopped.map(({ stillAtWork }) => stillAtWork),
    others.map((name) => name === stubborn),
  );
  steps.check(
    "their heartbeats say so, and keep the progress that they had",
    await lastBeats(transport, ids, names),
    [
      ["finished", "failed", found!.progress],
      ...stopped.map(({ progress }) => ["finished", "cancelled", progress]),
    ],
  );
  steps.check(
    "the end of every run was followed live",
    followed.ends.map(({ name, status }) => `${name} ${status}`).sort(),
    [`${finder} failed`, ...others.map((name) => `${name} cancelled`)].sort(),
  );
  steps.check(
    "so was the one signal that it took",
    followed.signals.map(({ type, target }) => [type, target]),
    [["abort", null]],
  );
  steps.check("one agent_error was published, of the finder", await errorsOf(transport, ids), [
    [finder, "ATTUNE_STAGE_FAILED", error?.message],
  ]);
  return steps.conclude();
}

/** How long after it was told to stop its run has ended; NaN: it was not told. */
function delayOf({ run, endedAt }: LongWorkerOutput): number {
  return endedAt - (run.error?.signal?.timestamp.getTime() ?? Number.NaN);
}

function reasonIn(signal: CoordinationSignal | null | undefined): unknown {
  return abortPayload.safeParse(signal?.payload).data?.reason;
}

/** As they are stored: who, which code, in which words. */
async function errorsOf(transport: Transport, ids: AgentIds): Promise<unknown[]> {
  const events = await new EventStreamer({ transport }).getRecentEvents(agentError, { count: 1000 });
  return events.flatMap((event) => {
    const name = event.valid ? ids.nameOf(event.data.agent_id) : undefined;
    return event.valid && name !== undefined ? [[name, event.data.error_code, event.data.error_message]] : [];
  });
}
