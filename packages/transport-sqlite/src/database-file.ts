/** The file itself: whether it can hold the store, making it, and noticing that it was removed or replaced. */
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import { AttuneError, type ErrorCode } from "@attune/transport";

/** What tells a file from another one at the same path. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
  /** When it was made, milliseconds: the number of a file that was removed may be given to the next one. */
  readonly madeAt: number;
}

/** A file that is in use. */
export interface OpenFile {
  readonly identity: FileIdentity;
  /** Without symbolic links: where SQLite keeps its log. */
  readonly realPath: string;
  readonly log: FileIdentity | undefined;
  /** The memory that processes share for the log. */
  readonly memory: FileIdentity | undefined;
}

/** The smallest page: what is shorter SQLite would take for an empty file. */
const smallestDatabase = 512;

/** Whether a file of this size is none that SQLite has made; an empty one may become one. */
export function isTooShort(bytes: number): boolean {
  return bytes > 0 && bytes < smallestDatabase;
}

/**
 * File systems of other machines, by the magic numbers of Linux (statfs(2)). Their locks and shared memory are not those of
 * this machine, without which SQLite's log is corrupted: https://www.sqlite.org/wal.html
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
]);

/** Names the file system where it is one of another machine; `undefined` where it is not, or cannot be told. */
export function networkFileSystem(type: number): string | undefined {
  return networkFileSystems.get(type);
}

/**
 * Makes the file, and the folder that it lies in, unless they are there; for this user only. Never changes one that is
 * there, and never opens it: closing any descriptor of a file ends all locks that the process has on it, SQLite's included
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_). Throws an `AttuneError` that says what to do when the store cannot lie here.
 */
export function prepareFile(path: string): void {
  const folder = dirname(path);
  accessing(path, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const found = statOf(path);
  if (found) checkKind(path, found);
  refuseNetwork(
    path,
    accessing(path, () => statfsSync(folder).type),
  );
  if (!found) make(path);
  else if (isTooShort(found.size)) throw notOurs(path, "is no database, or is damaged");
  // The log and what belongs to it lie beside the file.
  accessing(path, () => accessSync(path, constants.R_OK | constants.W_OK));
  accessing(path, () => accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK));
}

/** Where the path leads to now; `undefined`: nowhere, or to where this user may not look. */
export function identify(path: string): FileIdentity | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && { dev: found.dev, ino: found.ino, madeAt: found.birthtimeMs };
  } catch {
    // What keeps us from looking is told, with its reason, by the attempt to open it again.
    return undefined;
  }
}

/** Two files that may both be open: the number tells them apart. */
export function isSameFile(one: FileIdentity, other: FileIdentity | undefined): boolean {
  return other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** The same for two files of which one may have been removed before the other was made. */
export function isStillSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return isSameFile(one, other) && one.madeAt === other.madeAt;
}

/** What is in use of a file that was just opened. */
export function openFile(path: string, identity: FileIdentity): OpenFile {
  const realPath = realpathSync(path);
  return { identity, realPath, log: identify(logPath(realPath)), memory: identify(`${realPath}-shm`) };
}

/** Where SQLite keeps what is not yet written back into the file. */
export function logPath(realPath: string): string {
  return `${realPath}-wal`;
}

/**
 * How many bytes of a file's log still lie where they did, `undefined` where it is gone. It must not meet another file: SQLite would
 * write it into that one, or share it with whoever still has the old file open.
 */
export function logLeft({ realPath, log }: OpenFile): number | undefined {
  const found = identify(logPath(realPath));
  // Another one may have got its number by now.
  if (!log || !found || !isStillSameFile(log, found)) return undefined;
  return statSync(logPath(realPath), { throwIfNoEntry: false })?.size;
}

/** Removes a file's log, with what belongs to it; nothing that others have made in its place meanwhile. */
export function removeLog({ realPath, log, memory }: OpenFile): void {
  removeIfStill(logPath(realPath), log);
  removeIfStill(`${realPath}-shm`, memory);
}

function removeIfStill(path: string, wanted: FileIdentity | undefined): void {
  const found = identify(path);
  if (!wanted || !found || !isStillSameFile(wanted, found)) return;
  try {
    unlinkSync(path);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** The sizes of the file and of what lies beside it while it is in use. */
export function bytesOf({ realPath: path }: OpenFile): number {
  return ["", "-wal", "-shm"].reduce(
    (sum, ending) => sum + (statSync(`${path}${ending}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** An error that says why a file cannot be used, with the path in its details. */
export function fileError(code: ErrorCode, path: string, message: string, cause?: unknown): AttuneError {
  return new AttuneError(code, message, { cause, details: { path } });
}

export function noAccess(path: string, reason: string, cause?: unknown): AttuneError {
  return fileError(
    "ATTUNE_FILE_NO_ACCESS",
    path,
    `The file ${path} cannot be used: ${reason}. Mend that, or name another file with sqlite:PATH.`,
    cause,
  );
}

export function notOurs(path: string, reason: string, cause?: unknown): AttuneError {
  return fileError(
    "ATTUNE_FILE_INVALID",
    path,
    `The file ${path} ${reason}. It was left as it is: put a backup in its place, move it away, or name another file with sqlite:PATH.`,
    cause,
  );
}

function make(path: string): void {
  try {
    // "x": what somebody else has just made is theirs, with the rights they gave it.
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fromSystem(path, error);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && !statOf(path)) {
      throw noAccess(path, "it is a symbolic link that leads nowhere", error);
    }
  }
}

function statOf(path: string): Stats | undefined {
  return accessing(path, () => statSync(path, { throwIfNoEntry: false }));
}

function checkKind(path: string, found: Stats): void {
  const kind = wrongKind(found);
  if (kind !== undefined) throw noAccess(path, kind);
}

/** Why what lies there can be no store; `undefined` for a file. */
export function wrongKind(found: Stats): string | undefined {
  if (found.isFile()) return undefined;
  return found.isDirectory() ? "it is a directory" : "it is not a regular file";
}

function refuseNetwork(path: string, type: number): void {
  const network = networkFileSystem(type);
  if (network === undefined) return;
  throw fileError(
    "ATTUNE_FILE_ON_NETWORK",
    path,
    `The file ${path} lies on a network file system (${network}), where several processes would corrupt it. Name a file on a local disk with sqlite:PATH; several machines share a Redis: redis://.`,
  );
}

function accessing<T>(path: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    throw fromSystem(path, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not open or make it",
  EPERM: "this user may not open or make it",
  EROFS: "its file system is read-only",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is not a directory",
  EEXIST: "a part of its path is not a directory",
  ENAMETOOLONG: "its path is too long",
  ELOOP: "its path leads in a circle",
  ENOENT: "its path leads nowhere",
};

/** In words, for an error of the file system that lasts until somebody mends its cause. */
export function whyNoAccess(error: unknown): string | undefined {
  return reasons[(error as NodeJS.ErrnoException).code ?? ""];
}

/** What only passes (a full disk, too many open files) stays as it is: it is tried again. */
function fromSystem(path: string, error: unknown): unknown {
  const reason = whyNoAccess(error);
  return reason === undefined ? error : noAccess(path, reason, error);
}
