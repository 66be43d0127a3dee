/** Connections for contenders: @attune's, or bare ones. */
import { EventStreamer } from "@attune/streams";
import { openTransport, type Transport } from "@attune/transport";
import { Redis, type RedisOptions } from "ioredis";
import type { Setup } from "../harness/figure.ts";

export interface OpenStreamer {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
}

/** With every default of @attune's. */
export async function openStreamer({ url, prefix }: Setup): Promise<OpenStreamer> {
  const transport = await openTransport(url, { prefix });
  return { transport, streamer: new EventStreamer({ transport }) };
}

/** With every default of ioredis, but for the options given. */
export async function openRedis({ url }: Setup, options: RedisOptions = {}): Promise<Redis> {
  const client = new Redis(url, { ...options, lazyConnect: true });
  await client.connect();
  return client;
}
