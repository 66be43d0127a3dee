/** The command as it is installed: built, and started as a process of its own. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

const repository = join(import.meta.dirname, "../../..");
const bin = join(repository, "packages/cli/dist/bin.js");

/** From the sources as they are, unless that was done already. */
export async function buildCli(): Promise<void> {
  await promisify(execFile)("npx", ["nx", "run", "@attune/cli:build"], { cwd: repository });
}

/** Milliseconds until `node` with these arguments has ended. */
export async function timeOfNode(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.resume();
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}`);
  return performance.now() - startedAt;
}

export const cliArgs = (...args: readonly string[]): readonly string[] => [bin, ...args];

/** Runs it until it ends, and counts lines: how many, and how long from the first byte to the last. */
export async function linesOfCli(
  args: readonly string[],
): Promise<{ readonly lines: number; readonly ms: number }> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const newline = 10;
  let lines = 0;
  let startedAt: number | undefined;
  let endedAt = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    startedAt ??= performance.now();
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
    endedAt = performance.now();
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`attune ${args.join(" ")} ended with ${code}`);
  return { lines, ms: endedAt - startedAt! };
}
