/** Whether the file can lie where it is to lie: its folder, its rights, its disk. Makes nothing, and opens nothing. */
import type { Stats } from "node:fs";
import { access, constants, lstat, realpath, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type Finding, LastFinding } from "@attune/transport";
import { isTooShort, logPath, networkFileSystem, notOurs, whyNoAccess, wrongKind } from "../database-file.ts";
import { logBytes } from "../open-connection.ts";
import { refusal } from "./refusal.ts";

const megabyte = 1024 * 1024;
/** There is little time left. */
const fewBytes = 100 * megabyte;
/** One burst of events, and writes are refused. */
const noBytes = 10 * megabyte;

export async function* lookAtPlace(path: string): AsyncGenerator<Finding> {
  const found = await looked(path, () => statOf(path));
  const folder = await nearestFolder(path);
  yield await fileSystem(folder);
  yield await freeSpace(folder);
  if (!found) {
    yield await notMade(path, folder);
    return;
  }
  const kind = wrongKind(found);
  if (kind !== undefined) throw cannotBeUsed(path, kind);
  if (isTooShort(found.size)) throw refusal("file", notOurs(path, "is no database, or is damaged"));
  await looked(path, () => access(path, constants.R_OK | constants.W_OK));
  await looked(folder, () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK));
  yield { check: "file", outcome: "ok", found: `${path}, ${inMegabytes(found.size)}` };
  // Windows has other rights, which the mode does not tell.
  if (process.platform !== "win32") yield* rights(path, found, folder, await stat(folder));
  yield await log(path);
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const link = await lstat(path).catch(() => undefined);
    if (link?.isSymbolicLink()) throw cannotBeUsed(path, "it is a symbolic link that leads nowhere");
    return undefined;
  }
}

/** The folder that the file lies in, or the one in which its folders would be made. */
async function nearestFolder(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await looked(folder, () => statOf(folder));
    if (found?.isDirectory()) return folder;
    if (found) throw cannotBeUsed(path, `${folder} is not a directory`);
  }
}

async function fileSystem(folder: string): Promise<Finding> {
  const check = "file system";
  const { type } = await looked(folder, () => statfs(folder));
  const network = networkFileSystem(type);
  if (network === undefined) return { check, outcome: "ok", found: "local, as far as can be told" };
  throw new LastFinding({
    check,
    outcome: "problem",
    found: `${network}, a network file system: several processes would corrupt the file`,
    remedy:
      "Name a file on a local disk with sqlite:PATH; several machines share a Redis: redis://host:port.",
  });
}

async function freeSpace(folder: string): Promise<Finding> {
  const { bavail, bsize } = await looked(folder, () => statfs(folder));
  return freeSpaceFinding(bavail * bsize, folder);
}

export function freeSpaceFinding(bytes: number, folder: string): Finding {
  const check = "free space";
  const found = inMegabytes(bytes);
  if (bytes >= fewBytes) return { check, outcome: "ok", found };
  return {
    check,
    outcome: bytes < noBytes ? "problem" : "warning",
    found,
    remedy: `Make room on the disk of ${folder} (df -h ${folder}): when it is full nothing more is stored.`,
  };
}

async function notMade(path: string, folder: string): Promise<Finding> {
  await looked(folder, () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK));
  return { check: "file", outcome: "ok", found: `${path} is not there; the first use makes it` };
}

/** Of this user or not, of others or not: as `ls -l` says it. */
export function* rights(path: string, file: Stats, folder: string, place: Stats): Generator<Finding> {
  const mode = (found: Stats) => (found.mode & 0o7777).toString(8).padStart(4, "0");
  const check = "rights of the file";
  if ((file.mode & 0o077) === 0) yield { check, outcome: "ok", found: mode(file) };
  else {
    yield {
      check,
      outcome: "warning",
      found: `${mode(file)}: other users of this machine may ${(file.mode & 0o022) === 0 ? "read" : "change"} it`,
      remedy: `Unless they are meant to: chmod 600 ${path}`,
    };
  }
  const ofFolder = "rights of the folder";
  // Who may write to it can put another file there; where it is sticky (as /tmp) not in place of ours.
  const open = (place.mode & 0o022) !== 0 && (place.mode & 0o1000) === 0;
  if (!open) yield { check: ofFolder, outcome: "ok", found: mode(place) };
  else {
    yield {
      check: ofFolder,
      outcome: "warning",
      found: `${mode(place)}: other users of this machine may put another file in its place`,
      remedy: `Unless they are meant to: chmod go-w ${folder}`,
    };
  }
}

/** So much longer than it is to stay, somebody keeps it from being written back. */
const longLog = 4 * logBytes;

async function log(path: string): Promise<Finding> {
  const check = "log";
  const found = await statOf(logPath(await realpath(path)));
  if (!found) return { check, outcome: "ok", found: "none: nobody has the file open" };
  if (found.size <= longLog) return { check, outcome: "ok", found: inMegabytes(found.size) };
  return {
    check,
    outcome: "warning",
    found: inMegabytes(found.size),
    remedy: `A process reads for long, or was stopped, and keeps the log from being written back: fuser -v ${path} names those that have it open.`,
  };
}

/** What keeps us from looking keeps everybody from using it. */
async function looked<T>(path: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const reason = whyNoAccess(error);
    throw reason === undefined ? error : cannotBeUsed(path, reason);
  }
}

function cannotBeUsed(path: string, reason: string): LastFinding {
  return new LastFinding({
    check: "file",
    outcome: "problem",
    found: `${path} cannot be used: ${reason}`,
    remedy: `See ls -ld ${path}, mend its place or its rights, or name another file with sqlite:PATH.`,
  });
}

function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0)} MiB`;
}
