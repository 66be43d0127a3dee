/** A ClickHouse of its own: in a temporary folder, its HTTP interface on 127.0.0.1 and a free port. */
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@attune-tools/redis-server";
import { type DatabaseServer, type StartOptions, startServer } from "./database-server.ts";
import { locate } from "./locate.ts";

/** URL: http://default:PASSWORD@127.0.0.1:PORT */
export async function startClickHouse(options: StartOptions = {}): Promise<DatabaseServer> {
  const located = await locate({
    name: "ClickHouse",
    program: "clickhouse-server",
    folders: [],
    packages: ["clickhouse-server", "clickhouse-common"],
    paths: ["usr/sbin/clickhouse-server", "usr/bin/clickhouse-server"],
    cache: "attune-clickhouse",
    answers: /ClickHouse|Unknown option specified: version/, // the latter: 18.16
  });
  const password = randomUUID();
  return startServer(
    {
      name: "ClickHouse",
      origin: located.origin,
      endsWith: "SIGTERM",
      prepare: (dir) => writeFile(join(dir, "users.xml"), users(password)),
      async command(dir, port) {
        const config = join(dir, "config.xml");
        await writeFile(config, configuration(dir, port, await freePort()));
        return { command: located.command, args: [`--config-file=${config}`], env: located.env };
      },
      url: (port) => `http://default:${password}@127.0.0.1:${port}`,
      async ping(port) {
        const query = new URLSearchParams({ user: "default", password, query: "SELECT version()" });
        const answer = await fetch(`http://127.0.0.1:${port}/?${query}`, {
          signal: AbortSignal.timeout(1000),
        });
        if (!answer.ok) throw new Error(await answer.text());
        return (await answer.text()).trim();
      },
    },
    options,
  );
}

/** `<yandex>` is what old servers want, and new ones still take. */
function configuration(dir: string, port: number, tcpPort: number): string {
  return `<yandex>
  <logger><level>warning</level><log>${dir}/clickhouse.log</log><errorlog>${dir}/server.log</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${port}</http_port>
  <tcp_port>${tcpPort}</tcp_port>
  <max_connections>100</max_connections>
  <keep_alive_timeout>3</keep_alive_timeout>
  <mark_cache_size>67108864</mark_cache_size>
  <path>${dir}/data/</path>
  <tmp_path>${dir}/tmp/</tmp_path>
  <user_files_path>${dir}/user_files/</user_files_path>
  <format_schema_path>${dir}/format_schemas/</format_schema_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
</yandex>
`;
}

function users(password: string): string {
  return `<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <users>
    <default>
      <password>${password}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
    </default>
  </users>
  <quotas><default></default></quotas>
</yandex>
`;
}
