/** `@attune/transport-redis`: @attune on Redis and Valkey, by ioredis. */
export {
  createRedisTransport,
  type DuplicableClient,
  openTransport,
  type RedisTransportOptions,
} from "./redis-transport.ts";
