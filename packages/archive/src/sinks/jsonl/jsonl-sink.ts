/**
 * Archives into a folder of JSONL files. The rows are written and synced first, then `position.json` says, by a rename, how
 * far they count: both or neither, since what is behind that byte is cut off before the next write.
 */
import { access, mkdir, open, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AttuneError, checkDuration, checkInteger, defaultLogger, type Logger } from "@attune/transport";
import { OneAtATime } from "../../one-at-a-time.ts";
import type { ArchivePosition, ArchiveQuery, ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../../sink.ts";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { toFileError } from "../file/file-errors.ts";
import { FolderLock } from "../file/folder-lock.ts";
import { toSinkError } from "../sqlite/sqlite-errors.ts";
import { compressFile } from "./compress-file.ts";
import { listFiles, nameOfFile, numberOfFile } from "./event-files.ts";
import { toLine } from "./event-line.ts";
import { type FolderState, readState, writeState } from "./folder-state.ts";
import { queryFiles } from "./query-files.ts";

export type JsonlSinkOptions = Pick<
  SinkOptions,
  "maxFileBytes" | "maxFileAgeMs" | "gzip" | "timeoutMs" | "logger"
>;

const lockName = ".lock";
/** Another one, since compressing takes its time. */
const compressingLockName = ".compressing";

export class JsonlSink implements Sink {
  readonly kind = "jsonl";
  readonly location: string;
  readonly atomicity = "transaction";
  readonly #folder: string;
  readonly #maxFileBytes: number;
  readonly #maxFileAgeMs: number;
  readonly #gzip: boolean;
  readonly #logger: Logger;
  readonly #lock: FolderLock;
  readonly #writes = new OneAtATime();
  #compressing: Promise<void> | undefined;
  #moreToCompress = false;
  #closed = false;

  constructor(folder: string, options: JsonlSinkOptions = {}) {
    const { maxFileBytes = 64 * 1024 * 1024, maxFileAgeMs = Number.POSITIVE_INFINITY } = options;
    this.#folder = resolve(folder);
    this.location = `jsonl:${this.#folder}`;
    this.#maxFileBytes = checkInteger("maxFileBytes", maxFileBytes, 1024);
    this.#maxFileAgeMs = checkDuration("maxFileAgeMs", maxFileAgeMs, 1000, Number.POSITIVE_INFINITY);
    this.#gzip = options.gzip ?? false;
    this.#logger = options.logger ?? defaultLogger;
    const timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
    this.#lock = new FolderLock(join(this.#folder, lockName), timeoutMs);
  }

  async open(): Promise<void> {
    await this.#run(async () => {
      await mkdir(this.#folder, { recursive: true });
      // Also finds out whether files can be made here.
      await (await open(join(this.#folder, lockName), "a")).close();
    });
    if (this.#gzip) this.#compress();
  }

  async position(archive: string): Promise<ArchivePosition> {
    return this.#run(async () => this.#positionIn(await this.#state(), archive));
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    return this.#run(() => this.#writes.run(() => this.#write(batch)));
  }

  async *query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    this.#checkOpen();
    try {
      await this.#state();
      yield* queryFiles(this.#folder, query);
    } catch (error) {
      throw toFileError(error, this.location);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writes.settled();
    await this.#compressing;
    this.#lock.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #write(batch: SinkBatch): Promise<WriteOutcome> {
    this.#checkOpen();
    // Otherwise the lock would be made anew in a folder that is away.
    await access(join(this.#folder, lockName));
    const held = await this.#lock
      .hold(() => this.#writeLocked(batch))
      .catch((error) => {
        throw "errcode" in Object(error) ? toSinkError(error, this.location) : error;
      });
    if (held) return held.result;
    throw sinkUnavailable(`Another process holds the lock of ${this.location}`);
  }

  async #writeLocked({ archive, rows, cursor, afterVersion }: SinkBatch): Promise<WriteOutcome> {
    const state = await readState(this.#folder);
    const { version } = this.#positionIn(state, archive);
    if (version !== afterVersion) return { outcome: "conflict" };
    const appended = rows.length === 0 ? state : await this.#append(state, rows);
    const archives = { ...state.archives };
    // A name like "__proto__" has to be a key like any other.
    Object.defineProperty(archives, archive, {
      value: { version: version + 1, cursor },
      enumerable: true,
      configurable: true,
      writable: true,
    });
    await writeState(this.#folder, { ...appended, archives });
    if (this.#gzip && appended.file !== state.file && state.file !== "") this.#compress();
    return { outcome: "written" };
  }

  /** Answers how far the files will count once the state says so. */
  async #append(state: FolderState, rows: readonly ArchiveRow[]): Promise<FolderState> {
    const now = Date.now();
    const isDone = state.bytes >= this.#maxFileBytes || now - Date.parse(state.since) >= this.#maxFileAgeMs;
    const begins = state.file === "" || isDone;
    const target = begins
      ? {
          file: nameOfFile(rows[0]!.timestamp, numberOfFile(state.file) + 1),
          bytes: 0,
          since: new Date(now).toISOString(),
        }
      : state;
    if (begins) await this.#removeUncounted(numberOfFile(state.file));
    const file = await open(join(this.#folder, target.file), begins ? "w" : "r+");
    try {
      const { size } = await file.stat();
      if (size < target.bytes) {
        throw sinkRefused(
          `${target.file} in ${this.location} has ${size} bytes, and ${target.bytes} were written: put a backup in its place`,
        );
      }
      // Of somebody who died before he could say that it counts.
      if (size > target.bytes) await file.truncate(target.bytes);
      const lines = Buffer.from(rows.map((row) => `${toLine(row)}\n`).join(""));
      try {
        await writeAll(file, lines, target.bytes);
        await file.datasync();
      } catch (error) {
        // A full disk is not to stay full of what does not count.
        await file.truncate(target.bytes).catch(() => {});
        throw error;
      }
      return { ...state, ...target, bytes: target.bytes + lines.length };
    } finally {
      await file.close();
    }
  }

  /** Files that were begun by somebody who died before he could say so. */
  async #removeUncounted(last: number): Promise<void> {
    for (const { name, number } of await listFiles(this.#folder)) {
      if (number > last) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Compresses all files that are done, meanwhile. Should it fail, they stay as they are until the next is done. */
  #compress(): void {
    this.#moreToCompress = true;
    this.#compressing ??= this.#compressWhatIsDone().finally(() => {
      this.#compressing = undefined;
    });
  }

  async #compressWhatIsDone(): Promise<void> {
    // Others may be done while it is at it.
    while (this.#moreToCompress) {
      this.#moreToCompress = false;
      try {
        await this.#compressAll();
      } catch (error) {
        const { message } = error as Error;
        this.#logger.warn(`attune: ${this.location}: a file could not be compressed: ${message}`);
      }
    }
  }

  async #compressAll(): Promise<void> {
    const lock = new FolderLock(join(this.#folder, compressingLockName), 0);
    try {
      // Whoever holds it does what is to be done.
      await lock.hold(async () => {
        const current = numberOfFile((await readState(this.#folder)).file);
        for (const { name, number, compressed } of await listFiles(this.#folder)) {
          if (number >= current) continue;
          const path = join(this.#folder, name);
          if (compressed) await rm(path.slice(0, -".gz".length), { force: true });
          else await compressFile(path);
        }
      });
    } finally {
      lock.close();
    }
  }

  async #state(): Promise<FolderState> {
    // A folder that is away must not be taken for one in which nothing was written yet.
    await access(join(this.#folder, lockName));
    return readState(this.#folder);
  }

  #positionIn({ archives }: FolderState, archive: string): ArchivePosition {
    return Object.hasOwn(archives, archive) ? archives[archive]! : { version: 0, cursor: null };
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    try {
      return await work();
    } catch (error) {
      throw toFileError(error, this.location);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw sinkRefused(`The sink ${this.location} is closed`);
  }
}

/** One write may take less than it is given. */
async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  bytes: Buffer,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** `jsonl:DIR`. Nothing is done before its `open()`. */
export async function openJsonlSink(url: string, options: SinkOptions = {}): Promise<Sink> {
  const folder = url.slice("jsonl:".length);
  if (folder === "") {
    throw new AttuneError("ATTUNE_URL_INVALID", "A JSONL sink's URL needs a folder: jsonl:archive");
  }
  return new JsonlSink(folder, options);
}
