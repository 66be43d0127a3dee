/** A transport of this package's parts, with a clock of the file's own or another schema. Closed when the test ends. */
import { createTransport, type TransportAdapter, type TransportOptions } from "@attune/transport";
import { SqliteBell } from "../../src/bell.ts";
import { Database } from "../../src/database.ts";
import { type MachineTime, machineTime } from "../../src/file-clock.ts";
import { SqliteGroups } from "../../src/groups.ts";
import { SqliteMailboxes } from "../../src/mailboxes.ts";
import type { Migrations } from "../../src/migrate.ts";
import { SqliteRecords } from "../../src/records.ts";
import { SqliteStreams } from "../../src/streams.ts";
import { Sweeper } from "../../src/sweeper.ts";
import { collectWarnings, type Opened, watched } from "./opened.ts";

export interface PartsOptions extends TransportOptions {
  readonly path: string;
  readonly machineTime?: MachineTime;
  readonly migrations?: Migrations;
}

export interface OpenedParts extends Opened {
  readonly database: Database;
}

/**
 * Without `ForeignChanges` and `LogKeeper`: nothing is heard of other processes, and the log grows. Their part is done at the
 * system's time, whatever the clock of a test says.
 */
export async function openParts(options: PartsOptions): Promise<OpenedParts> {
  const { path, machineTime: time = machineTime, migrations, ...rest } = options;
  const { warnings, logger } = collectWarnings();
  let database!: Database;
  const transport = await createTransport(
    (host): TransportAdapter => {
      const bell = new SqliteBell();
      const opening = {
        path,
        prefix: host.prefix,
        synchronous: "normal",
        machineTime: time,
        migrations,
      } as const;
      database = new Database(host, opening, (topic) => bell.ring(topic));
      new Sweeper(host, database);
      return {
        name: "sqlite",
        location: database.location,
        capabilities: { sharedBy: "machine", blockingRead: false, exactGaps: true },
        streams: new SqliteStreams(database),
        groups: new SqliteGroups(database),
        mailboxes: new SqliteMailboxes(database),
        records: new SqliteRecords(database),
        bell,
        info: () => database.read(() => ({ product: "SQLite", version: null, bytes: database.bytes() })),
        opened: () => database.open(),
        close: async () => database.close(),
      };
    },
    { logger, ...rest },
  );
  return { ...watched(transport, warnings), database };
}
