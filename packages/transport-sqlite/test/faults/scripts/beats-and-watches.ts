/** Agents that beat, beside a monitor that watches all. Tells what that was told, when asked. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";
import type { AgentsArgument } from "../held-lock.ts";
import { watchAgents } from "../watch-agents.ts";

const { url, agents, ttlMs, intervalMs } = JSON.parse(process.argv[2]!) as AgentsArgument;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const transport = await openTransport(url, { logger: silent });
const watched = watchAgents(new HeartbeatCoordinator({ transport, ttlMs }));
for (const agent of agents) {
  await new HeartbeatCoordinator({ transport, ttlMs, intervalMs }).startHeartbeat(agent);
}
process.on("message", () => process.send!(watched));
process.on("disconnect", () => void transport.close());
process.send!("ready");
