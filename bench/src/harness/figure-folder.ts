/** Where contenders keep files: a temporary folder on a disk, if there is one. In memory nobody would wait for a disk. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** By the magic numbers of Linux (statfs(2)). */
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "XFS"],
  [0x9123683e, "btrfs"],
  [0x2fc12fc1, "ZFS"],
  [0xf2f52010, "F2FS"],
  [0x794c7630, "overlay"],
]);
const inMemory: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);

export interface Place {
  readonly folder: string;
  /** As far as it can be told. */
  readonly fileSystem: string;
  readonly inMemory: boolean;
}

/** The system's folder for temporary files, or the one that stays over restarts, if only that is on a disk. */
export async function findPlace(): Promise<Place> {
  const places: Place[] = [];
  for (const folder of [tmpdir(), "/var/tmp"]) {
    const found = await statfs(folder).catch(() => undefined);
    if (!found) continue;
    const memory = inMemory.get(found.type);
    const fileSystem = memory ?? fileSystems.get(found.type) ?? `file system 0x${found.type.toString(16)}`;
    places.push({ folder, fileSystem, inMemory: memory !== undefined });
  }
  const place = places.find((candidate) => !candidate.inMemory) ?? places[0];
  if (!place) throw new Error("there is no folder for temporary files");
  return place;
}

export interface FigureFolder extends AsyncDisposable {
  readonly path: string;
}

export async function makeFigureFolder({ folder }: Place): Promise<FigureFolder> {
  const path = await mkdtemp(join(folder, "attune-bench-"));
  // What is written while it is being removed is removed with the next attempt.
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, maxRetries: 5 }) };
}
