/** Producer and consumer: a workflow works and tells another one, which goes on from there; each batch once and in order. */
import { CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { consumer } from "../parts/consumer.ts";
import { producer } from "../parts/producer.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import { FollowedWorkflows } from "../workflows/followed-workflows.ts";
import { completedBeat, lastBeats } from "../workflows/last-beats.ts";

const batches = 4;
const filesPerBatch = 3;
const names = ["producer", "consumer"] as const;

export const producerConsumer: Demonstration = {
  name: "producer-consumer",
  summary: "a workflow hands its results to another one by signals: each once, in order, and answered",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  steps.say(
    `A producer hashes ${batches} batches of files, one after another; a consumer hashes them again and compares.`,
  );
  const followed = await FollowedWorkflows.start(transport, ids, (line) => steps.say(line), ending);
  const input = { run: ids.run, batches, filesPerBatch };
  const producing = parts.start(producer, input);
  const consuming = parts.start(consumer, input);
  steps.say(
    whoIsWhere([
      ["the producer", producing],
      ["the consumer", consuming],
    ]),
  );
  steps.say("What a consumer of their events sees of it:");
  const [produced, consumed] = await Promise.all([producing.result, consuming.result]);
  await followed.end({ signals: 2 * batches, ends: 2 * batches });
  if (interruption.aborted) return 130;

  const sent = produced.runs.map(({ output }) => output);
  const received = consumed.map(({ output }) => output?.received);
  const twice = received.length - new Set(received).size;
  const lost = sent.filter((id) => id === null || !received.includes(id)).length;
  steps.say(`\nsent ${sent.length}, received ${received.length}, twice: ${twice}, lost: ${lost}`);
  const all = <T>(value: T) => Array.from({ length: batches }, () => value);
  const statuses = [produced.runs, consumed].map((runs) => runs.map(({ status }) => status));
  steps.check(`each has completed ${batches} runs`, statuses, [all("completed"), all("completed")]);
  steps.check("each batch was received once, in the order in which it was sent", received, sent);
  const numbers = all(0).map((_, index) => index + 1);
  steps.check(
    `all ${batches * filesPerBatch} files have the same hash there, and the producer heard so, in order`,
    produced.answers,
    numbers.map((batch) => ({ batch, same: filesPerBatch, different: [] })),
  );
  const answered = consumed.map(({ output }) => output?.answered);
  const seen = followed.signals.map(({ id }) => id);
  steps.check("every signal was followed live, each once", seen.sort(), [...sent, ...answered].sort());
  steps.check("so was the end of every run", endsByName(followed), [all("completed"), all("completed")]);
  steps.check("their heartbeats say so", await lastBeats(transport, ids, names), [
    completedBeat,
    completedBeat,
  ]);
  steps.check("nothing is left in their mailboxes", await pending(transport, ids), 0);
  return steps.conclude();
}

function endsByName({ ends }: FollowedWorkflows): string[][] {
  return names.map((wanted) => ends.filter(({ name }) => name === wanted).map(({ status }) => status));
}

/** How many of each other's signals are left; on a shared store they are offered the broadcasts of others too. */
async function pending(transport: Transport, ids: AgentIds): Promise<number> {
  const counts = names.map(async (name, index) => {
    await using signals = new CoordinationSignals({ transport, agentId: ids.idOf(name) });
    const sourceAgent = ids.idOf(names[1 - index]!);
    return (await signals.getPendingSignals({ sourceAgent })).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
