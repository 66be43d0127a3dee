/** A fleet in a process of its own: `fleet-process.ts URL AGENTS EVERY_MS`. All beat so often, each time with another progress. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";

const [url, count, everyMs] = process.argv.slice(2);
const transport = await openTransport(url!);
const agents = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const agent = new HeartbeatCoordinator({ transport });
    await agent.startHeartbeat(`agent-${String(index).padStart(4, "0")}`, { metadata: { model: "small" } });
    return agent;
  }),
);
process.stdout.write("ready\n");
let round = 0;
let busy = false;
const timer = setInterval(async () => {
  // A store that cannot take so many gets fewer.
  if (busy) return;
  busy = true;
  round += 1;
  await Promise.all(
    agents.map((agent, index) =>
      agent.beat({
        progress: ((round * 3 + index * 7) % 100) / 100,
        currentTask: `step ${round} of the analysis`,
      }),
    ),
  );
  busy = false;
}, Number(everyMs));
process.once("SIGTERM", () => {
  clearInterval(timer);
  process.stdout.write(`rounds ${round}\n`, () => process.exit(0));
});
