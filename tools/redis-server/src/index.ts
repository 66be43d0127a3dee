/** Finds, fetches and runs a real Redis server for tests and benches. */
export { freePort } from "./free-port.ts";
export { type LocatedRedis, locateRedis } from "./locate-redis.ts";
export { programFromApt, type UnpackedProgram } from "./program-from-apt.ts";
export { type RedisCommandOptions, redisCommand } from "./redis-command.ts";
export type { RedisReply } from "./resp.ts";
export { run } from "./run.ts";
export { type RedisServer, type StartRedisOptions, startRedis } from "./start-redis.ts";
export { type TestRedis, testRedis } from "./test-redis.ts";
export { WatchedProcess } from "./watched-process.ts";
