/** A monitor in a process of its own: prints each transition as a line of JSON. */
import { HeartbeatCoordinator, type HeartbeatCoordinatorOptions } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";
import type { Observed } from "../fleet.ts";

const options = JSON.parse(process.argv[2]!) as HeartbeatCoordinatorOptions;
await using transport = await openTransport();
const coordinator = new HeartbeatCoordinator({ transport, ...options });
const watch = coordinator.watchAgents();
console.log("watching");
for await (const { agent, from, to } of watch) {
  const { agentId, progress, currentTask, blockedForMs } = agent;
  const line: Observed = { at: Date.now(), agentId, from, to, progress, currentTask, blockedForMs };
  console.log(JSON.stringify(line));
}
