/** An agent in a process of its own: `agent.ts URL ID TTL`. Says `ready` once it beats. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";

const [url, agentId, ttlMs] = process.argv.slice(2) as [string, string, string];
const transport = await openTransport(url);
const coordinator = new HeartbeatCoordinator({ transport, ttlMs: Number(ttlMs) });
await coordinator.startHeartbeat(agentId);
console.log("ready");
