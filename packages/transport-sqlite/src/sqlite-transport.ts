/** A transport on a file. */
import {
  type AdapterHost,
  checkChoice,
  createTransport,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
} from "@attune/transport";
import { SqliteBell } from "./bell.ts";
import { Database } from "./database.ts";
import { machineTime } from "./file-clock.ts";
import { absolutePath, fileOfUrl } from "./file-of-url.ts";
import { ForeignChanges } from "./foreign-changes.ts";
import { SqliteGroups } from "./groups.ts";
import { LogKeeper } from "./log-keeper.ts";
import { SqliteMailboxes } from "./mailboxes.ts";
import { nodeSqlite, warnOfWalResetBug } from "./node-sqlite.ts";
import type { OpeningOptions, Synchronous } from "./open-connection.ts";
import { SqliteRecords } from "./records.ts";
import { SqliteStreams } from "./streams.ts";
import { Sweeper } from "./sweeper.ts";

export interface SqliteTransportOptions extends TransportOptions {
  /** The file; made when it is missing, with its folder. Relative to the working directory. */
  readonly path: string;
  /**
   * When what is stored is on the disk. `"normal"` (default): soon; a power cut may lose the last moments, a crash of processes loses
   * nothing. `"full"`: before an operation answers, which takes the disk's time and holds up the event loop for it.
   */
  readonly synchronous?: Synchronous;
}

/**
 * Makes a transport on a file, which the processes of a machine share. Resolves also when the file cannot be used just now: see
 * `status`. Rejects with `ATTUNE_FILE_INVALID`, `ATTUNE_FILE_NEWER`, `ATTUNE_FILE_NO_ACCESS` or `ATTUNE_FILE_ON_NETWORK` when it
 * cannot be used until somebody mends that, and with `ATTUNE_NODE_TOO_OLD`.
 */
export async function createSqliteTransport(options: SqliteTransportOptions): Promise<Transport> {
  const { path, synchronous = "normal", ...rest } = options;
  const file = absolutePath(path);
  checkChoice("synchronous", synchronous, ["normal", "full"]);
  nodeSqlite();
  return createTransport((host) => sqliteAdapter(host, { path: file, synchronous }), rest);
}

/** What `openTransport("sqlite:PATH")` calls. `sqlite:PATH?synchronous=full` waits for the disk. */
export async function openTransport(url: string, options: TransportOptions = {}): Promise<Transport> {
  return createSqliteTransport({ ...options, ...fileOfUrl(url) });
}

function sqliteAdapter(
  host: AdapterHost,
  { path, synchronous }: Pick<OpeningOptions, "path" | "synchronous">,
): TransportAdapter {
  warnOfWalResetBug(host.logger);
  const bell = new SqliteBell();
  const options = { path, synchronous, prefix: host.prefix, machineTime };
  const database = new Database(host, options, (topic) => bell.ring(topic));
  new ForeignChanges(database, bell, host.clock);
  new Sweeper(host, database);
  const log = new LogKeeper(host, database);
  return {
    name: "sqlite",
    location: database.location,
    capabilities: { sharedBy: "machine", blockingRead: false, exactGaps: true },
    streams: new SqliteStreams(database),
    groups: new SqliteGroups(database),
    mailboxes: new SqliteMailboxes(database),
    records: new SqliteRecords(database),
    bell,
    info: () =>
      database.read(() => ({
        product: "SQLite",
        version: process.versions.sqlite ?? null,
        bytes: database.bytes(),
      })),
    opened: () => database.open(),
    async close() {
      await log.close();
      database.close();
    },
  };
}
