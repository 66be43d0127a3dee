/** Signal streaming: three agents hash files by signalling each other, and a consumer follows every signal live. */
import { CoordinationSignals } from "@attune/signals";
import type { JsonValue, Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { endingOf } from "../ending.ts";
import { FollowedSignals } from "../followed-signals.ts";
import { openStore } from "../open-store.ts";
import { ownFiles } from "../own-files.ts";
import { Steps } from "../steps.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

const fileCount = 8;
/** What nobody has taken by then is gone: this run leaves nothing in a shared store for long. */
const ttlMs = 15_000;
/** Whatever the store does, it is over by then. */
const deadlineMs = 20_000;

export const signalStreaming: Demonstration = {
  name: "signal-streaming",
  summary: "agents send each other signals, and a consumer follows each of them live",
  options: [],
  run: demonstrate,
};

type Name = "reader" | "hasher" | "archivist";
const names: readonly Name[] = ["reader", "hasher", "archivist"];

interface Scene {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly files: readonly TreeFile[];
  readonly ending: AbortSignal;
  /** In the order of sending. `""`: it could not be stored. */
  readonly sent: { readonly id: string; readonly to: Name }[];
  readonly received: { readonly id: string; readonly by: Name }[];
}

async function demonstrate({ url, stdout, signal }: DemonstrationSetup): Promise<number> {
  await using transport = await openStore(url);
  const ending = endingOf(transport, signal, deadlineMs);
  const ids = new AgentIds();
  const scene: Scene = { transport, ids, files: await ownFiles(fileCount), ending, sent: [], received: [] };
  const steps = new Steps((line) => void stdout.write(`${line}\n`));
  steps.say("A reader signals files to a hasher, which signals their hashes to an archivist.");
  steps.say("What a consumer of coordination_signal sees of it:");
  const followed = await FollowedSignals.start(transport, ids, (line) => steps.say(line), ending);
  const [hashes] = await Promise.all([archive(scene), hash(scene), read(scene)]);
  await followed.end(scene.sent.length);
  if (signal.aborted) return 130;

  steps.say("");
  const sent = scene.sent.map(({ id }) => id);
  steps.check("every signal was stored", sent.filter((id) => id !== "").length, 2 * fileCount + 1);
  for (const name of names) {
    const sentTo = scene.sent.filter(({ to }) => to === name).map(({ id }) => id);
    const received = scene.received.filter(({ by }) => by === name).map(({ id }) => id);
    const what = sentTo.length === 1 ? "the one that was" : `the ${sentTo.length} that were`;
    steps.check(`the ${name} received ${what} sent to it, once and in order`, received, sentTo);
  }
  steps.check("nothing is left in their mailboxes", await pending(scene), 0);
  steps.check(`all ${sent.length} were followed live, each once`, followed.seen.sort(), sent.sort());
  const expected = await Promise.all(scene.files.map((file) => hashFile(file)));
  steps.check("the archivist has the hash of every file", hashes, expected);
  return steps.conclude();
}

const fileFound = z.object({ number: z.number(), path: z.string() });
const fileHashed = z.object({ number: z.number(), sha256: z.string() });

async function read(scene: Scene): Promise<void> {
  await using signals = agent(scene, "reader");
  for (const [number, { path }] of scene.files.entries()) {
    await send(scene, signals, "hasher", "file_found", { number, path });
  }
  await receive(scene, signals, "reader", "all_archived");
}

async function hash(scene: Scene): Promise<void> {
  await using signals = agent(scene, "hasher");
  for (let count = 0; count < fileCount; count++) {
    const payload = await receive(scene, signals, "hasher", "file_found");
    if (payload === undefined) return;
    const { number } = fileFound.parse(payload);
    const sha256 = await hashFile(scene.files[number]!);
    await send(scene, signals, "archivist", "file_hashed", { number, sha256 });
  }
}

/** Gives the hashes in the order of the files. */
async function archive(scene: Scene): Promise<readonly string[]> {
  await using signals = agent(scene, "archivist");
  const hashes: string[] = [];
  for (let count = 0; count < fileCount; count++) {
    const payload = await receive(scene, signals, "archivist", "file_hashed");
    if (payload === undefined) return hashes;
    const { number, sha256 } = fileHashed.parse(payload);
    hashes[number] = sha256;
  }
  await send(scene, signals, "reader", "all_archived", { files: hashes.length });
  return hashes;
}

function agent({ transport, ids }: Scene, name: Name): CoordinationSignals {
  const agentId = ids.idOf(name);
  return new CoordinationSignals({ transport, agentId, defaultTtlMs: ttlMs, enableStreaming: true });
}

async function send(
  { ids, sent }: Scene,
  signals: CoordinationSignals,
  to: Name,
  signalType: string,
  payload: JsonValue,
): Promise<void> {
  sent.push({ id: await signals.signal({ signalType, targetAgent: ids.idOf(to), payload }), to });
}

/** The payload; `undefined` when none came. */
async function receive(
  { received, ending }: Scene,
  signals: CoordinationSignals,
  by: Name,
  signalType: string,
): Promise<JsonValue | undefined> {
  const signal = await signals.waitForSignal({ signalType, timeoutMs: deadlineMs, signal: ending });
  if (signal) received.push({ id: signal.signalId, by });
  return signal?.payload;
}

/** How many signals of this run are left; on a shared store an agent is offered the broadcasts of others too. */
async function pending(scene: Scene): Promise<number> {
  const counts = names.map(async (name) => {
    await using signals = agent(scene, name);
    const left = await signals.getPendingSignals();
    return left.filter(({ sourceAgent }) => scene.ids.nameOf(sourceAgent) !== undefined).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
