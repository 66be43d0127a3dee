/** A file system of its own for one test, in memory: full as the test likes. Only root may make one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Why there can be none here; `undefined` where there can. */
export const whyNoMount = tryToMount();

/** A disk, until the test ends, with files on it that can be removed to make space. */
export function smallDisk(size: string) {
  const folder = mkdtempSync(join(tmpdir(), "attune-archive-mount-"));
  mount(folder, `size=${size},mode=700`);
  // Lazily: what a failed test left open must not keep it.
  onTestFinished(() => unmount(folder));
  const ballast: string[] = [];
  return {
    folder,
    fill(leave: number) {
      const { bfree, bsize } = statfsSync(folder);
      const path = join(folder, `ballast-${ballast.length}`);
      ballast.push(path);
      writeFileSync(path, Buffer.alloc(Math.max(0, bfree * bsize - leave)));
    },
    makeSpace() {
      for (const path of ballast.splice(0)) rmSync(path);
    },
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
