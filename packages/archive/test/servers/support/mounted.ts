/** A small file system in memory, to be filled. Only root may make one. */
import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why there can be none here; `undefined` where there can. */
export const whyNoMount = tryToMount();

export interface Mounted extends Disposable {
  readonly folder: string;
  resize(size: string): void;
}

/** With the same owner as another folder. */
export function mounted(size: string, like: string): Mounted {
  const folder = mkdtempSync(join(tmpdir(), "attune-archive-mount-"));
  mount(folder, `size=${size}`);
  const { uid, gid } = statSync(like);
  chownSync(folder, uid, gid);
  return {
    folder,
    resize: (larger) => mount(folder, `remount,size=${larger}`),
    // Lazily: what a failed test left open must not keep it.
    [Symbol.dispose]: () => unmount(folder),
  };
}

function mount(folder: string, options: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
}

function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "pipe" });
  rmdirSync(folder);
}

function tryToMount(): string | undefined {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  if (process.getuid?.() !== 0) return "only root may mount a file system";
  const folder = mkdtempSync(join(tmpdir(), "attune-archive-mount-"));
  try {
    mount(folder, "size=64k");
    unmount(folder);
    return undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return `mounting is not allowed here (${String(error).split("\n")[0]})`;
  }
}
