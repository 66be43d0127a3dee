/**
 * Agents in a process of their own, a coordinator and a connection for each. Obeys lines of standard input:
 * `block MS` keeps the main thread busy, `beat` beats and tells the outcome, `stop STATUS` stops.
 */
import { createInterface } from "node:readline";
import { HeartbeatCoordinator, type HeartbeatCoordinatorOptions } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";

interface Argument extends HeartbeatCoordinatorOptions {
  readonly ids: readonly string[];
}

const { ids, ...options } = JSON.parse(process.argv[2]!) as Argument;
const coordinators = await Promise.all(
  ids.map(async (id) => {
    const transport = await openTransport();
    const onFenced = () => console.log(`fenced ${id}`);
    const coordinator = new HeartbeatCoordinator({ transport, onFenced, ...options });
    console.log(`start ${await coordinator.startHeartbeat(id)}`);
    console.log(`beat ${await coordinator.beat({ progress: 0.4, currentTask: `half way, ${process.pid}` })}`);
    return coordinator;
  }),
);
console.log("ready");

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(" ");
  if (command === "block") {
    const end = Date.now() + Number(argument);
    console.log("blocking");
    // The line has to be out before nothing goes out any more.
    await new Promise((resolve) => setTimeout(resolve, 50));
    while (Date.now() < end);
    console.log("unblocked");
  } else if (command === "beat") {
    const outcomes = await Promise.all(coordinators.map((each) => each.beat({ progress: 0.9 })));
    console.log(`told ${outcomes.join()}`);
  } else if (command === "stop") {
    const outcomes = await Promise.all(coordinators.map((each) => each.stopHeartbeat(argument as "failed")));
    console.log(`stopped ${outcomes.join()}`);
  }
}
