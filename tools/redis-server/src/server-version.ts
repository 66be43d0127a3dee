/** Asks a server binary for its version: the proof that it is not merely there but can run on this machine. */
import { run } from "./run.ts";

/** For example "7.0.15"; throws when the binary cannot run or is no Redis or Valkey. */
export async function serverVersion(command: string, env: Record<string, string> = {}): Promise<string> {
  const said = await run(command, ["--version"], { env, timeoutMs: 10_000 });
  const version = /^(?:Redis|Valkey) server v=(\d+\.\d+\.\d+)/m.exec(said)?.[1];
  if (!version)
    throw new Error(`${command} --version does not answer like Redis or Valkey: ${said.slice(0, 200)}`);
  return version;
}
