/** The conformance suite over three processes on one file: the transports of a test are by turns in this one and in two others. */
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { type Concern, transportConformance } from "@attune/transport-conformance";
import { afterAll, beforeAll } from "vitest";
import { alternating } from "./remote/alternating.ts";
import { openRemoteTransport } from "./remote/open-remote-transport.ts";
import { RemoteProcess } from "./remote/remote-process.ts";

/**
 * What several transports have a part in. With one transport per test, as in most tests of the concerns left out, three
 * processes show nothing that one does not; outages that several see are in replaced-file-processes.test.ts.
 */
const shared: readonly Concern[] = [
  "appending",
  "idempotency keys",
  "reading after ids",
  "managing streams",
  "reading for a group",
  "settling deliveries",
  "claiming",
  "groups of trimmed streams",
  "posting to mailboxes",
  "taking from mailboxes",
  "racing takers",
  "broadcasts",
  "receipts",
  "restoring",
  "times to live",
  "listing and clearing mailboxes",
  "waiting for mail",
  "records",
  "conditions of puts",
  "holders of records",
  "leases",
  "claims of expiries",
  "settling expiries",
  "excused expiries",
  "lists of records",
  "the bell",
  "the bell of mailboxes and records",
  "following",
  "cursors",
  "opening and closing",
  "outages",
];

/** Where the suite says nothing else: the machine may stand still for seconds. */
const operationTimeoutMs = 20_000;

const others = [new RemoteProcess(), new RemoteProcess()];
let folder: string;
let links = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "attune-sqlite-"));
  await mkdir(join(folder, "there"));
  await mkdir(join(folder, "away"));
  await writeFile(join(folder, "away", "attune.db"), "no database");
});
afterAll(async () => {
  await Promise.all(others.map((other) => other.end()));
  await rm(folder, { recursive: true });
});

/** Each transport reaches the one folder, and the file in it, by a link of its own, so that it can be cut off alone. */
function throughLink(open: (url: string, options?: TransportOptions) => Promise<Transport>) {
  return async (options?: TransportOptions) => {
    const link = join(folder, `link-${++links}`);
    await symlink("there", link);
    return open(`sqlite:${link}/attune.db`, { operationTimeoutMs, ...options });
  };
}

async function outage(transport: Transport): Promise<() => Promise<void>> {
  const link = dirname(transport.location.slice("sqlite:".length));
  // At once: there is never no link.
  const leadTo = async (target: string) => {
    await symlink(target, `${link}.new`);
    await rename(`${link}.new`, link);
  };
  await leadTo("away");
  return () => leadTo("there");
}

transportConformance({
  name: "SQLite over three processes",
  concerns: shared,
  open: alternating(
    throughLink(openTransport),
    ...others.map((other) => throughLink((url, options) => openRemoteTransport(other, url, options))),
  ),
  openAlone: throughLink(openTransport),
  outage,
});
