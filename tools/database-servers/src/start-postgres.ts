/** A PostgreSQL of its own: a new cluster in a temporary folder, on 127.0.0.1 and a free port. */
import { randomUUID } from "node:crypto";
import { chownSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { run } from "@attune-tools/redis-server";
import { type DatabaseServer, type StartOptions, startServer } from "./database-server.ts";
import { locate } from "./locate.ts";
import { NotHereError } from "./not-here-error.ts";

export interface StartPostgresOptions extends StartOptions {
  /** Settings of the server: { log_statement: "all" }. */
  settings?: Record<string, string>;
}

/** URL: postgres://attune:PASSWORD@127.0.0.1:PORT/postgres, a superuser. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<DatabaseServer> {
  const located = await locate({
    name: "PostgreSQL",
    program: "postgres",
    folders: await versionsOf("/usr/lib/postgresql"),
    packages: ["postgresql-15", "postgresql-client-15"],
    paths: ["usr/lib/postgresql/15/bin/postgres"],
    cache: "attune-postgres",
    answers: /^postgres \(PostgreSQL\) \S+/m,
  });
  const said = await run(located.command, ["--version"], { env: located.env });
  const version = /\) (\S+)/.exec(said)![1]!;
  const user = await unprivilegedUser();
  const password = randomUUID();
  const settings = { fsync: "on", max_connections: "40", shared_buffers: "32MB", ...options.settings };
  return startServer(
    {
      name: "PostgreSQL",
      origin: located.origin,
      endsWith: "SIGINT", // its "fast" end: clients are sent away
      user,
      async prepare(dir) {
        const passwordFile = join(dir, "password");
        await writeFile(passwordFile, password, { mode: 0o600 });
        if (user) for (const path of [dir, passwordFile]) chownSync(path, user.uid, user.gid);
        const initdb = [join(dirname(located.command), "initdb"), "--pgdata", join(dir, "data")];
        initdb.push("--username=attune", `--pwfile=${passwordFile}`, "--auth=scram-sha-256");
        initdb.push("--encoding=UTF8", "--locale=C", "--no-sync");
        await run(initdb[0]!, initdb.slice(1), { env: located.env, cwd: dir, ...(user && { user }) });
        await rm(passwordFile);
      },
      async command(dir, port) {
        const args = ["-D", join(dir, "data"), "-p", String(port), "-c", "listen_addresses=127.0.0.1"];
        args.push("-c", `unix_socket_directories=${dir}`);
        for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
        return { command: located.command, args, env: located.env };
      },
      url: (port) => `postgres://attune:${password}@127.0.0.1:${port}/postgres`,
      ping: (port) => isReady(port).then(() => version),
    },
    options,
  );
}

/** The folders of bin below, newest version first. */
async function versionsOf(folder: string): Promise<string[]> {
  const versions = await readdir(folder).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(folder, version, "bin"));
}

/** PostgreSQL refuses to run as root. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = ["postgres", "nobody"].flatMap((name) => users.filter((user) => user[0] === name))[0];
  if (!found)
    throw new NotHereError("no PostgreSQL: it does not run as root, and there is no other user to run it as");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/**
 * Sends the first message of a connection, for a user that is not there. While starting up or recovering the server answers
 * with the state 57P03, afterwards with another one, or by asking for a password.
 */
function isReady(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => settle(new Error("no answer within a second")), 1000);
    socket.on("error", settle);
    socket.on("close", () => settle(new Error("it closed the connection")));
    socket.on("connect", () => {
      const body = Buffer.from("\0\x03\0\0user\0attune\0database\0postgres\0\0", "latin1");
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length + 4);
      socket.write(Buffer.concat([length, body]));
    });
    socket.on("data", (data: Buffer) => {
      const text = data.toString("latin1");
      settle(/57P03|53300/.test(text) ? new Error(text) : undefined);
    });
  });
}
