/** Runs a script of scripts/ in a process of its own: another working directory, another user, other options of Node. */
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface RunOptions extends Pick<SpawnOptions, "cwd" | "uid" | "gid" | "env"> {
  /** Of Node. */
  readonly execArgv?: readonly string[];
}

/** Resolves with what the script printed, as JSON. Rejects with what it wrote to stderr when it failed. */
export async function runScript<Result>(
  script: URL,
  argument: unknown,
  { execArgv = [], ...options }: RunOptions = {},
): Promise<Result> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@attune/source",
      "--no-warnings",
      ...execArgv,
      fileURLToPath(script),
      JSON.stringify(argument),
    ],
    { ...options, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  let errors = "";
  child.stdout!.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}:\n${errors}`);
  return JSON.parse(output) as Result;
}
