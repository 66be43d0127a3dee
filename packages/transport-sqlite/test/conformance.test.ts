/** The conformance suite on a file, within one process; and behind degradation what degradation has a part in. */
import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Transport, type TransportOptions, withDegradation } from "@attune/transport";
import { degradedConcerns, transportConformance } from "@attune/transport-conformance";
import { createSqliteTransport } from "@attune/transport-sqlite";
import { afterAll, beforeAll, describe } from "vitest";

/** Where the suite says nothing else: the machine may stand still for seconds. */
const operationTimeoutMs = 20_000;

let folder: string;
let links = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "attune-sqlite-"));
  // What the links lead to.
  await createSqliteTransport({ path: join(folder, "attune.db") }).then((made) => made.close());
});
afterAll(() => rm(folder, { recursive: true }));

/** Each transport has a path of its own to the one file, so that it can be cut off alone. */
async function openThroughLink(options: TransportOptions | undefined): Promise<Transport> {
  const path = join(folder, `link-${++links}.db`);
  await symlink("attune.db", path);
  return createSqliteTransport({ operationTimeoutMs, ...options, path });
}

async function outage(transport: Transport): Promise<() => Promise<void>> {
  const path = transport.location.slice("sqlite:".length);
  const elsewhere = join(folder, "no-database");
  await writeFile(elsewhere, "no database");
  await replaceLink(path, "no-database");
  return () => replaceLink(path, "attune.db");
}

/** At once: there is never none. */
async function replaceLink(path: string, target: string): Promise<void> {
  await symlink(target, `${path}.new`);
  await rename(`${path}.new`, path);
}

describe("on a file", () => {
  transportConformance({ name: "SQLite", open: openThroughLink, outage });

  transportConformance({
    name: "SQLite behind withDegradation",
    degraded: true,
    concerns: degradedConcerns,
    open: async (options) => withDegradation(await openThroughLink(options), { component: "conformance" }),
    outage,
  });
});
