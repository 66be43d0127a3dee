/** `@attune/transport-redis`: @attune on Redis and Valkey, by ioredis. */
export { diagnose } from "./diagnose/diagnose.ts";
export {
  createRedisTransport,
  type DuplicableClient,
  openTransport,
  type RedisTransportOptions,
} from "./redis-transport.ts";
