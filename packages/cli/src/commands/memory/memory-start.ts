/** `attune memory start`. */
import { relative } from "node:path";
import { openTransport, silentLogger } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, notFound } from "../../exit-code.ts";
import { wholeNumber } from "../../input/whole-number.ts";
import type { Session } from "../../session/session.ts";
import { askRedis } from "./ask-redis.ts";
import { findServer } from "./find-server.ts";
import { launchServer } from "./launch-server.ts";
import { lockStart } from "./lock-start.ts";
import { folderOf, isRunning, makeFolder, readServer, rememberServer } from "./own-server.ts";

export async function memoryStart(
  session: Session,
  { port: portText = "6379" }: { readonly port?: string },
): Promise<void> {
  const port = wholeNumber("--port", portText, { max: 65_535 });
  const folder = folderOf(session.surroundings.cwd);
  const program = await findServer(session.surroundings.env.PATH);
  if (program !== undefined) await makeFolder(folder);
  // From here on nobody else starts one here.
  using _lock = program === undefined ? undefined : await lockStart(folder, session.signal);
  const own = readServer(folder);
  // Two servers on the same files would destroy them.
  if (own && own.port !== port && (await isRunning(own, folder))) {
    throw new CliError(exitCode.failed, `The server of this folder listens on port ${own.port} already.`, [
      `Use it: export ATTUNE_URL=${urlOf(own.port)}, or end it first: attune memory stop`,
    ]);
  }
  if ((await askRedis(port, "PING")) !== undefined) return tell(session, { port, started: false });
  if (program === undefined) {
    throw notFound(
      "There is no redis-server and no valkey-server on PATH.",
      "None is needed on one machine: without ATTUNE_URL agents share the file .attune/attune.db.",
      "To get one: apt-get install redis-server, brew install redis, or docker run -p 127.0.0.1:6379:6379 redis",
    );
  }
  const server = await launchServer(program, { folder, port, signal: session.signal });
  rememberServer(folder, server);
  await tell(session, { port, started: true, pid: server.pid, folder });
}

interface Started {
  readonly port: number;
  readonly started: boolean;
  readonly pid?: number;
  readonly folder?: string;
}

/** On stdout what a shell can take as it is. */
async function tell(session: Session, { port, started, pid, folder }: Started): Promise<void> {
  const url = urlOf(port);
  const { product, version } = await infoOf(url);
  const { stdout } = session;
  if (session.json) {
    return stdout.json({ url, product, version, started, ...(started ? { pid, folder } : {}) });
  }
  const name = cleanText(`${product}${version === null ? "" : ` ${version}`}`);
  session.note(
    started
      ? `${name} was started, its data is in ${cleanText(relative(session.surroundings.cwd, folder!))}. It ends with: attune memory stop`
      : `In use already: ${name} answers there. Nothing was started.`,
  );
  stdout.line(`# ${url}`);
  stdout.line(`export ATTUNE_URL=${url}`);
}

async function infoOf(url: string) {
  await using transport = await openTransport(url, { onUnavailable: "throw", logger: silentLogger });
  try {
    return await transport.info();
  } catch (cause) {
    throw new CliError(
      exitCode.failed,
      `Something answers at ${url}, but no Redis that can be used: ${(cause as Error).message}`,
      ["Choose another port: attune memory start --port 6380"],
      { cause },
    );
  }
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`;
}
