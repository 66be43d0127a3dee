/** A TCP proxy that breaks connections the way networks do, for tests of what a client makes of it. */
export type { ProxyCounters } from "./counters.ts";
export { type FaultyProxy, type StartProxyOptions, startProxy } from "./faulty-proxy.ts";
export type { DropReplies } from "./reply-dropper.ts";
