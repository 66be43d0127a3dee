/** Starts an agent on the default transport and closes nothing: the heartbeat must not keep the process. */
import { HeartbeatCoordinator } from "@attune/heartbeat";

const coordinator = new HeartbeatCoordinator({ ttlMs: 1500, beatFrom: "main" });
console.log(await coordinator.startHeartbeat("exits-by-itself"));
console.log(await coordinator.beat({ progress: 0.4 }));
console.log("done");
