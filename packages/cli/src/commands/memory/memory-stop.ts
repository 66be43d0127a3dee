/** `attune memory stop`. */
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, exitCode, notFound } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { askRedis } from "./ask-redis.ts";
import { isAlive } from "./is-alive.ts";
import { answersAs, folderOf, forgetServer, isServerOf, type OwnServer, readServer } from "./own-server.ts";

/** It writes what it has to the disk first. */
const stopTimeoutMs = 30_000;

export async function memoryStop(session: Session): Promise<void> {
  const folder = folderOf(session.surroundings.cwd);
  const server = readServer(folder);
  if (!server)
    throw notFound(
      "No server was started in this folder.",
      "attune memory status tells which store is in use.",
    );
  await end(server, folder);
  forgetServer(folder);
  const { pid, port } = server;
  if (session.json) session.stdout.json({ stopped: true, pid, port });
  else session.stdout.line(`stopped (process ${pid}, port ${port}); its data stays`);
}

/** Over its connection, or, if it does not answer, by a signal: but only where it is known to be that server. */
async function end(server: OwnServer, folder: string): Promise<void> {
  const { pid, port } = server;
  if (await answersAs(server)) {
    await askRedis(port, "SHUTDOWN", stopTimeoutMs);
  } else if (isAlive(pid) && isServerOf(pid, folder)) {
    process.kill(pid, "SIGTERM");
  } else {
    forgetServer(folder);
    throw notFound("The server of this folder does not run any more.");
  }
  const deadline = Date.now() + stopTimeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new CliError(exitCode.failed, `Process ${pid} has not ended within ${stopTimeoutMs / 1000} s.`, [
        `See the log in ${folder}`,
      ]);
    }
    await sleep(20);
  }
}
