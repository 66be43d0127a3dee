/** Signal streaming: three agents hash files by signalling each other, and a consumer follows every signal live. */
import type { Transport } from "@attune/transport";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { FollowedSignals } from "../followed-signals.ts";
import { ownFiles } from "../own-files.ts";
import { fileAgent, fileAgentNames, fileAgentSignals } from "../parts/file-agent.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import { hashFile } from "../tree/hash-file.ts";

const fileCount = 8;

export const signalStreaming: Demonstration = {
  name: "signal-streaming",
  summary: "agents send each other signals, and a consumer follows each of them live",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  steps.say("A reader signals files to a hasher, which signals their hashes to an archivist.");
  const followed = await FollowedSignals.start(transport, ids, (line) => steps.say(line), ending);
  const agents = fileAgentNames.map((name) => parts.start(fileAgent, { run: ids.run, name, fileCount }));
  steps.say(whoIsWhere(fileAgentNames.map((name, index) => [name, agents[index]!])));
  steps.say("What a consumer of coordination_signal sees of it:");
  const outcomes = await Promise.all(agents.map(({ result }) => result));
  const sent = outcomes.flatMap((outcome) => outcome.sent);
  await followed.end(sent.length);
  if (interruption.aborted) return 130;

  steps.say("");
  const sentIds = sent.map(({ id }) => id);
  steps.check("every signal was stored", sentIds.filter((id) => id !== "").length, 2 * fileCount + 1);
  for (const [index, name] of fileAgentNames.entries()) {
    const sentTo = sent.filter(({ to }) => to === name).map(({ id }) => id);
    const what = sentTo.length === 1 ? "the one that was" : `the ${sentTo.length} that were`;
    const { received } = outcomes[index]!;
    steps.check(`the ${name} received ${what} sent to it, once and in order`, received, sentTo);
  }
  steps.check("nothing is left in their mailboxes", await pending(transport, ids), 0);
  steps.check(`all ${sent.length} were followed live, each once`, followed.seen.sort(), sentIds.sort());
  const expected = await Promise.all((await ownFiles(fileCount)).map((file) => hashFile(file)));
  steps.check("the archivist has the hash of every file", outcomes.at(-1)!.hashes, expected);
  return steps.conclude();
}

/** How many signals of this run are left; on a shared store an agent is offered the broadcasts of others too. */
async function pending(transport: Transport, ids: AgentIds): Promise<number> {
  const counts = fileAgentNames.map(async (name) => {
    await using signals = fileAgentSignals(transport, ids, name);
    const left = await signals.getPendingSignals();
    return left.filter(({ sourceAgent }) => ids.nameOf(sourceAgent) !== undefined).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
