/** What the killed writers write, and the reckoning of what became of it. */
import { readFileSync } from "node:fs";
import type { Transport } from "@attune/transport";
import { readStreams } from "./read-streams.ts";

/** A statement at which a writer stays until it is killed. */
export interface Halt {
  /** Of its transactions that write, the first being 1. */
  readonly transaction: number;
  /** Before this statement of it, or before its COMMIT if that comes first; or after its COMMIT. */
  readonly before: number | "answer";
}

/** What a writer that is ready waits for. */
export interface Go {
  readonly halt: Halt | null;
  /** After how many rounds it makes the log long by some more bytes. */
  readonly bulkEvery: number;
}

export interface WriterArgument {
  readonly url: string;
  readonly writer: string;
  /** Where it notes what was acknowledged. */
  readonly ledger: string;
}

/** Part of what was stored with one call. */
interface Part {
  readonly writer: string;
  readonly n: number;
  readonly part: number;
}

const streams = ["left", "right"] as const;
const batchSize = 20;

/** The entries of a round: by turns in two streams. */
export function batchOf(): { readonly eventType: string; readonly part: number }[] {
  return Array.from({ length: batchSize }, (_, part) => ({ eventType: streams[part % 2]!, part }));
}

export interface Reckoning {
  readonly acknowledged: number;
  /** In the store, as a whole. */
  readonly stored: number;
  /** In the store in part. */
  readonly torn: number;
  /** Acknowledged, and not in the store. */
  readonly lost: number;
  /** In the store more than once. */
  readonly doubled: number;
}

export interface Reckonings {
  readonly batches: Reckoning;
  readonly messages: Reckoning;
  readonly records: Reckoning;
}

/** Compares what the writers noted with what is in the store. */
export async function reckon(
  transport: Transport,
  writers: readonly Pick<WriterArgument, "writer" | "ledger">[],
): Promise<Reckonings> {
  const parts = await readParts(transport);
  const batches = emptyReckoning();
  const messages = emptyReckoning();
  const records = emptyReckoning();
  for (const { writer, ledger } of writers) {
    const notes = readNotes(ledger);

    const counts = parts.get(writer) ?? new Map<number, number[]>();
    for (const times of counts.values()) {
      if (times.some((count) => count > 1)) batches.doubled++;
      if (times.every((count) => count > 0)) batches.stored++;
      else batches.torn++;
    }
    const whole = (n: number) => counts.get(n)?.every((count) => count > 0) ?? false;
    batches.acknowledged += notes.batch.length;
    batches.lost += notes.batch.filter((n) => !whole(n)).length;

    const pending = await transport.mailboxes.list({ agent: `box-${writer}`, selector: {}, count: 100_000 });
    const ids = new Set(pending.map(({ id }) => id));
    messages.acknowledged += notes.message.length;
    messages.stored += ids.size;
    messages.doubled += pending.length - ids.size;
    messages.lost += notes.message.filter((n) => !ids.has(`${writer}-${n}`)).length;

    // The writer's puts are one after the other: the n-th is version n, unless one was lost or carried out twice.
    const [record] = await transport.records.get("faults", [writer]);
    const latest = Number(record?.value ?? 0);
    const version = record?.version ?? 0;
    records.acknowledged += notes.record.length;
    records.stored += version;
    records.lost += Math.max(0, notes.record.length - latest, latest - version);
    records.doubled += Math.max(0, version - latest);
  }
  return { batches, messages, records };
}

function emptyReckoning(): { -readonly [Key in keyof Reckoning]: number } {
  return { acknowledged: 0, stored: 0, torn: 0, lost: 0, doubled: 0 };
}

/** By writer and round: how often each part of the batch is there. */
async function readParts(transport: Transport): Promise<Map<string, Map<number, number[]>>> {
  const parts = new Map<string, Map<number, number[]>>();
  for (const entry of await readStreams(transport, streams)) {
    const { writer, n, part } = JSON.parse(entry.data!) as Part;
    const rounds = parts.get(writer) ?? new Map<number, number[]>();
    parts.set(writer, rounds);
    const counts = rounds.get(n) ?? Array<number>(batchSize).fill(0);
    rounds.set(n, counts);
    counts[part]!++;
  }
  return parts;
}

interface Notes {
  readonly batch: number[];
  readonly message: number[];
  readonly record: number[];
}

/** Throws for a note that is none of the three: something was answered as not stored. */
function readNotes(ledger: string): Notes {
  const notes: Notes = { batch: [], message: [], record: [] };
  // The last piece is no line: empty, or cut off by the kill.
  for (const line of readFileSync(ledger, "utf8").split("\n").slice(0, -1)) {
    const [what, n] = line.split(" ");
    if (!Object.hasOwn(notes, what!)) throw new Error(`${ledger}: ${line}`);
    notes[what as keyof Notes].push(Number(n));
  }
  return notes;
}
