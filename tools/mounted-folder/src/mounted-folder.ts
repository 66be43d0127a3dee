/** A file system of its own for one test, in memory: full or read-only as the test likes. Look at `whyNoMount` first. */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { makeMountPoint, mount, unmount } from "./tmpfs.ts";

export interface MountedFolder {
  readonly path: string;
  /** With other options of tmpfs: `ro`, or another `size=`. */
  remount(options: string): void;
  /** Puts a file there that leaves so many bytes (about: whole pages). */
  fill(leaveBytes: number): void;
  /** Removes those files. */
  makeSpace(): void;
}

/**
 * Mounted until the test ends, whatever happens; after everything that the test opens later was closed. `options`: those of
 * tmpfs, as `size=2m,mode=700`, or `size=8m,uid=33,gid=33` for a server that runs as somebody else.
 */
export function mountedFolder(options: string): MountedFolder {
  const path = makeMountPoint();
  mount(path, options);
  onTestFinished(() => unmount(path));
  const ballast: string[] = [];
  return {
    path,
    remount: (changed) => mount(path, `remount,${changed}`),
    fill(leaveBytes) {
      const { bfree, bsize } = statfsSync(path);
      const file = join(path, `ballast-${ballast.length}`);
      ballast.push(file);
      writeFileSync(file, Buffer.alloc(Math.max(0, bfree * bsize - leaveBytes)));
    },
    makeSpace() {
      for (const file of ballast.splice(0)) rmSync(file);
    },
  };
}
