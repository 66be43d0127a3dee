/** What a running server says about itself. */
import { redisCommand } from "./redis-command.ts";

export interface ServerInfo {
  /** "7.0.15", and for Valkey "Valkey 8.0.1" */
  version: string;
  pid: number;
}

export async function serverInfo(url: string, timeoutMs = 5000): Promise<ServerInfo> {
  const info = String(await redisCommand(url, ["INFO", "server"], { timeoutMs }));
  const field = (name: string) => new RegExp(`^${name}:(.*)\r?$`, "m").exec(info)?.[1]?.trim();
  // Valkey answers redis_version too, with the Redis version it is compatible with
  const valkey = field("valkey_version");
  const version = valkey ? `Valkey ${valkey}` : field("redis_version");
  if (!version) throw new Error(`INFO server names no version: ${info.slice(0, 200)}`);
  return { version, pid: Number(field("process_id")) };
}
