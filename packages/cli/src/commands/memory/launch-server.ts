/** Starts a server that lives on when the command has ended. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, exitCode } from "../../exit-code.ts";
import { answersAs, type OwnServer } from "./own-server.ts";

/** Reading a large log takes its time. */
const startTimeoutMs = 60_000;

/** Resolves once it answers. */
export async function launchServer(
  program: string,
  { folder, port, signal }: { readonly folder: string; readonly port: number; readonly signal: AbortSignal },
): Promise<OwnServer> {
  const log = join(folder, "redis.log");
  const output = openSync(log, "w", 0o600);
  const child = spawn(
    program,
    [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--daemonize", "no"],
      // Everything that was acknowledged is there after a restart, and nothing goes when the memory is full.
      ...["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"],
    ],
    { cwd: folder, stdio: ["ignore", output, output], detached: true },
  );
  closeSync(output);
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw new CliError(exitCode.failed, `${program} cannot be run: ${(cause as Error).message}`, [], {
      cause,
    });
  }
  const server = { pid: child.pid!, port };
  try {
    await untilItAnswers(server, {
      signal,
      ended: () => child.exitCode !== null || child.signalCode !== null,
    });
  } catch (error) {
    child.kill("SIGKILL");
    const said = readFileSync(log, "utf8").trim().split("\n").slice(-4);
    throw new CliError(
      exitCode.failed,
      `${program} ${(error as Error).message}. Its log, ${log}, ends with:`,
      said,
    );
  }
  child.unref();
  return server;
}

async function untilItAnswers(
  server: OwnServer,
  { signal, ended }: { readonly signal: AbortSignal; readonly ended: () => boolean },
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answersAs(server))) {
    if (ended()) throw new Error("has ended at once");
    if (signal.aborted) throw new Error("was interrupted while it started");
    if (Date.now() > deadline) throw new Error(`did not answer within ${startTimeoutMs / 1000} s`);
    await sleep(20);
  }
}
