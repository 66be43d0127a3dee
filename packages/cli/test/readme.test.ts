/** The session in the README, run by a shell: what it prints is what stands there. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { matchOutput } from "@attune-tools/docs-examples";
import { expect, it } from "vitest";
import { attuneOnPath } from "./attune-on-path.ts";
import { newFolder } from "./in-folder.ts";

it("prints what the README says", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const session = /```console\n(.*?)```/s.exec(readme)![1]!;
  const steps = session.split(/^\$ /m).slice(1);
  expect(steps.length).toBeGreaterThan(4);
  const folder = await newFolder();
  const env = await attuneOnPath(folder);
  for (const step of steps) {
    const [command, ...expected] = step.trimEnd().split("\n");
    const printed = await shell(command!, folder, env);
    expect(matchOutput(expected, printed), `${command}\n${printed}`).toBeUndefined();
  }
});

/** What it prints: its stdout, then its stderr. */
function shell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", command], { cwd, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
