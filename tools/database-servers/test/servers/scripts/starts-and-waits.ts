/** Starts a server, says its pid and its folder, and waits to be killed. */
import { startClickHouse, startPostgres } from "../../../src/index.ts";

const server = await (process.argv[2] === "PostgreSQL" ? startPostgres : startClickHouse)();
console.log(JSON.stringify({ pid: server.pid, dir: server.dir }));
setInterval(() => {}, 1000);
