/** `@attune/transport-sqlite`: one file, shared by the processes of a machine. */

export { createSqliteTransport, openTransport, type SqliteTransportOptions } from "./sqlite-transport.ts";
