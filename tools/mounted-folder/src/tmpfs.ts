/** Mounts file systems in memory. Only root may. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder to mount on. */
export function makeMountPoint(): string {
  return mkdtempSync(join(tmpdir(), "attune-mount-"));
}

/** `options`: those of tmpfs, as `size=2m,mode=700`. */
export function mount(folder: string, options: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
}

/** Lazily: what a failed test left open must not keep it. */
export function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "pipe" });
  rmdirSync(folder);
}
