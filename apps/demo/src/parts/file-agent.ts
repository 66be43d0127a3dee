/** One of the three agents of the signal streaming: a reader, a hasher, an archivist, who signal to each other. */
import { CoordinationSignals } from "@attune/signals";
import type { JsonValue, Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import { deadlineMs } from "../deadline.ts";
import { ownFiles } from "../own-files.ts";
import type { Part, Stage } from "../processes/part.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

export const fileAgentNames = ["reader", "hasher", "archivist"] as const;
export type FileAgentName = (typeof fileAgentNames)[number];

export interface FileAgentInput {
  readonly run: string;
  readonly name: FileAgentName;
  readonly fileCount: number;
}

/** Each in the order in which it happened. */
export interface FileAgentOutput {
  /** `id: ""`: it could not be stored. */
  readonly sent: readonly { readonly id: string; readonly to: FileAgentName }[];
  /** The ids. */
  readonly received: readonly string[];
  /** That came to its knowledge, in the order of the files. */
  readonly hashes: readonly string[];
}

export const fileAgent: Part<FileAgentInput, FileAgentOutput> = {
  name: "file agent",
  async run({ transport, ending }: Stage, { run, name, fileCount }) {
    const ids = new AgentIds(run);
    await using signals = fileAgentSignals(transport, ids, name);
    const mail = new Mail(signals, ids, ending);
    const hashes = await workOf[name](mail, await ownFiles(fileCount));
    return { sent: mail.sent, received: mail.received, hashes };
  },
};

/** What nobody has taken by then is gone: a run leaves nothing in a shared store for long. */
const ttlMs = 15_000;

export function fileAgentSignals(
  transport: Transport,
  ids: AgentIds,
  name: FileAgentName,
): CoordinationSignals {
  const agentId = ids.idOf(name);
  return new CoordinationSignals({ transport, agentId, defaultTtlMs: ttlMs, enableStreaming: true });
}

const fileFound = z.object({ number: z.number(), path: z.string() });
const fileHashed = z.object({ number: z.number(), sha256: z.string() });

type Work = (mail: Mail, files: readonly TreeFile[]) => Promise<readonly string[]>;

const workOf: Readonly<Record<FileAgentName, Work>> = {
  async reader(mail, files) {
    for (const [number, { path }] of files.entries())
      await mail.send("hasher", "file_found", { number, path });
    await mail.receive("all_archived");
    return [];
  },

  async hasher(mail, files) {
    for (const _ of files) {
      const payload = await mail.receive("file_found");
      if (payload === undefined) return [];
      const { number } = fileFound.parse(payload);
      const sha256 = await hashFile(files[number]!);
      await mail.send("archivist", "file_hashed", { number, sha256 });
    }
    return [];
  },

  async archivist(mail, files) {
    const hashes: string[] = [];
    for (const _ of files) {
      const payload = await mail.receive("file_hashed");
      if (payload === undefined) return hashes;
      const { number, sha256 } = fileHashed.parse(payload);
      hashes[number] = sha256;
    }
    await mail.send("reader", "all_archived", { files: hashes.length });
    return hashes;
  },
};

/** An agent's signals, with a record of what was sent and received. */
class Mail {
  readonly sent: { readonly id: string; readonly to: FileAgentName }[] = [];
  readonly received: string[] = [];
  readonly #signals: CoordinationSignals;
  readonly #ids: AgentIds;
  readonly #ending: AbortSignal;

  constructor(signals: CoordinationSignals, ids: AgentIds, ending: AbortSignal) {
    this.#signals = signals;
    this.#ids = ids;
    this.#ending = ending;
  }

  async send(to: FileAgentName, signalType: string, payload: JsonValue): Promise<void> {
    const targetAgent = this.#ids.idOf(to);
    this.sent.push({ id: await this.#signals.signal({ signalType, targetAgent, payload }), to });
  }

  /** The payload; `undefined` when none came. */
  async receive(signalType: string): Promise<JsonValue | undefined> {
    const ends = { timeoutMs: deadlineMs, signal: this.#ending };
    const signal = await this.#signals.waitForSignal({ signalType, ...ends });
    if (signal) this.received.push(signal.signalId);
    return signal?.payload;
  }
}
