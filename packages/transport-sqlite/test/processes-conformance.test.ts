/** The conformance suite over three processes on one file: the transports of a test are by turns in this one and in two others. */
import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { transportConformance } from "@attune/transport-conformance";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { afterAll, beforeAll } from "vitest";
import { alternating } from "./remote/alternating.ts";
import { openRemoteTransport } from "./remote/open-remote-transport.ts";
import { RemoteProcess } from "./remote/remote-process.ts";

const others = [new RemoteProcess(), new RemoteProcess()];
let folder: string;
let links = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "attune-sqlite-"));
  await writeFile(join(folder, "no-database"), "no database");
  // A link that leads nowhere is no file to be made.
  await (await createSqliteTransport({ path: join(folder, "attune.db") })).close();
});
afterAll(async () => {
  await Promise.all(others.map((other) => other.end()));
  await rm(folder, { recursive: true });
});

/** Each transport has a path of its own to the one file, so that it can be cut off alone. */
function throughLink(open: (url: string, options?: TransportOptions) => Promise<Transport>) {
  return async (options?: TransportOptions) => {
    const path = join(folder, `link-${++links}.db`);
    await symlink("attune.db", path);
    return open(`sqlite:${path}`, options);
  };
}

async function outage(transport: Transport): Promise<() => Promise<void>> {
  const path = transport.location.slice("sqlite:".length);
  // At once: there is never no link.
  const lead = async (target: string) => {
    await symlink(target, `${path}.new`);
    await rename(`${path}.new`, path);
  };
  await lead("no-database");
  return () => lead("attune.db");
}

transportConformance({
  name: "SQLite over three processes",
  open: alternating(
    throughLink(openTransport),
    ...others.map((other) => throughLink((url, options) => openRemoteTransport(other, url, options))),
  ),
  openAlone: throughLink(openTransport),
  outage,
});
