/** Stops its agent and closes nothing: the end, and its event, must be stored when the process is gone. */
import { HeartbeatCoordinator } from "@attune/heartbeat";

const coordinator = new HeartbeatCoordinator({ beatFrom: "worker", enableStreaming: true });
console.log(await coordinator.startHeartbeat("exits-after-stop"));
console.log(await coordinator.stopHeartbeat("failed"));
console.log("done");
