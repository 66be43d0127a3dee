/** The files of a folder: their names, which are numbered, and what is in them. */
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import type { ArchiveRow } from "../../sink.ts";
import { fromLine } from "./event-line.ts";
import type { FolderState } from "./folder-state.ts";

export interface EventFile {
  readonly name: string;
  readonly number: number;
  readonly compressed: boolean;
}

/** `events-<first time>-<number>.jsonl`; no colons, for Windows. */
export function nameOfFile(firstTime: Date, number: number): string {
  const time = firstTime.toISOString().replaceAll(":", "-");
  return `events-${time}-${String(number).padStart(6, "0")}.jsonl`;
}

const pattern = /^events-.+-(\d{6,})\.jsonl(\.gz)?$/;

export function numberOfFile(name: string): number {
  return Number(pattern.exec(name)?.[1] ?? 0);
}

/** In the order in which they were written; of a file that was just compressed only the one that counts. */
export async function listFiles(folder: string): Promise<EventFile[]> {
  const byNumber = new Map<number, EventFile>();
  for (const name of await readdir(folder)) {
    const match = pattern.exec(name);
    if (!match) continue;
    const file = { name, number: Number(match[1]), compressed: match[2] !== undefined };
    if (file.compressed || !byNumber.has(file.number)) byNumber.set(file.number, file);
  }
  return [...byNumber.values()].sort((one, other) => one.number - other.number);
}

/** The files that count, as far as they do. */
export function countingFiles(files: readonly EventFile[], state: FolderState): EventFile[] {
  const last = numberOfFile(state.file);
  return files.filter(({ number }) => number <= last);
}

/** The events of a file, in order. Lines that hold none are passed over. */
export async function* readEvents(
  folder: string,
  file: EventFile,
  state: FolderState,
): AsyncGenerator<ArchiveRow, void, undefined> {
  const isLast = file.number === numberOfFile(state.file);
  if (isLast && state.bytes === 0) return;
  const { handle, compressed } = await openFile(join(folder, file.name), file.compressed);
  const plain = handle.createReadStream(isLast && !compressed ? { end: state.bytes - 1 } : {});
  const content = compressed ? plain.pipe(createGunzip()) : plain;
  if (content !== plain) plain.on("error", (error) => content.destroy(error));
  try {
    for await (const line of lines(content)) {
      const row = line === "" ? undefined : fromLine(line);
      if (row) yield row;
    }
  } finally {
    plain.destroy();
    content.destroy();
  }
}

/** A file that was listed may have been compressed since. */
async function openFile(
  path: string,
  compressed: boolean,
): Promise<{ readonly handle: FileHandle; readonly compressed: boolean }> {
  try {
    return { handle: await open(path), compressed };
  } catch (error) {
    if (compressed || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { handle: await open(`${path}.gz`), compressed: true };
  }
}

/** Only \n ends a line: readline would also split at U+2028. */
async function* lines(content: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let rest: Buffer[] = [];
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, end));
      yield (rest.length === 1 ? rest[0]! : Buffer.concat(rest)).toString();
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}
