/** `@attune/transport-sqlite`: one file, shared by the processes of a machine. */

export { diagnose } from "./diagnose/diagnose.ts";
export { createSqliteTransport, openTransport, type SqliteTransportOptions } from "./sqlite-transport.ts";
