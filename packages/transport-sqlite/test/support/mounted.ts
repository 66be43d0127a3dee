/** A file system of its own for one test, in memory: full or read-only as the test likes. Only root may make one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why there can be none here; `undefined` where there can. */
export const whyNoMount = tryToMount();

/** Mounted until the test ends, whatever happens; after everything that the test opens later was closed. */
export function mounted(options: string): string {
  const folder = mkdtempSync(join(tmpdir(), "attune-sqlite-mount-"));
  mount(folder, options);
  // Lazily: what a failed test left open must not keep it.
  onTestFinished(() => unmount(folder));
  return folder;
}

export function remount(folder: string, options: string): void {
  mount(folder, `remount,${options}`);
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
  const folder = mkdtempSync(join(tmpdir(), "attune-sqlite-mount-"));
  try {
    mount(folder, "size=64k");
    unmount(folder);
    return undefined;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return `mounting is not allowed here (${String(error).split("\n")[0]})`;
  }
}
