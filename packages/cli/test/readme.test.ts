/** The session in the README, run by a shell: what it prints is what stands there. */
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { matchOutput } from "@attune-tools/docs-examples";
import { expect, it } from "vitest";
import { newFolder } from "./in-folder.ts";
import { cleanEnv, execArgs } from "./run-cli.ts";

it("prints what the README says", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const session = /```console\n(.*?)```/s.exec(readme)![1]!;
  const steps = session.split(/^\$ /m).slice(1);
  expect(steps.length).toBeGreaterThan(4);
  const folder = await newFolder();
  const path = await onPath(folder);
  for (const step of steps) {
    const [command, ...expected] = step.trimEnd().split("\n");
    const printed = await shell(command!, folder, path);
    expect(matchOutput(expected, printed), `${command}\n${printed}`).toBeUndefined();
  }
});

/** A folder with the command in it. */
async function onPath(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  const words = [process.execPath, ...execArgs].map((word) => `'${word}'`).join(" ");
  await writeFile(join(bin, "attune"), `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(join(bin, "attune"), 0o755);
  return bin;
}

/** What it prints: its stdout, then its stderr. */
function shell(command: string, cwd: string, bin: string): Promise<string> {
  const env = cleanEnv({ PATH: `${bin}:${process.env.PATH}` });
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", command], { cwd, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
