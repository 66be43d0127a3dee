/** The thread that beats for an agent, whatever its main thread does. Started by `WorkerBeats`; nothing imports it. */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type Logger, openTransport } from "@attune/transport";
import { BeatLoop } from "./beat-loop.ts";
import { HeartbeatRecords } from "./heartbeat-records.ts";
import { MainWatch } from "./main-watch.ts";
import { StoreOutages } from "./store-outages.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

const { origin, limits, plan, marks, plainWarnings } = workerData as WorkerSetup;
const port = parentPort!;
const tell = (message: FromWorker) => port.postMessage(message);
const log = (level: keyof Logger) => (message: string) => tell({ kind: "log", level, message });
const logger: Logger = {
  debug: log("debug"),
  info: log("info"),
  warn: log("warn"),
  error: log("error"),
};

const { url, prefix, operationTimeoutMs } = origin;
const transport = await openTransport(url, { prefix, operationTimeoutMs, ...limits, logger });
const outages = StoreOutages.of(transport);
const component = "HeartbeatCoordinator (worker)";
const mainWatch = new MainWatch(marks, (blocked) => {
  if (blocked) warnOfBlockage();
  loop.beatNow();
});
const loop = new BeatLoop({
  transport,
  records: new HeartbeatRecords(transport, { component, logger, outages, ttlMs: plan.ttlMs }),
  plan,
  logger,
  blockedMs: () => mainWatch.blockedMs,
  onEnd: (end) => tell({ kind: "end", end }),
});

port.on("message", (message: ToWorker) => {
  if (message.kind === "close") return void close();
  const { id, states } = message;
  loop.write(states).then(
    (result) => tell({ kind: "result", id, result, incarnation: loop.incarnation }),
    (error: unknown) => tell({ kind: "rejected", id, message: String(error) }),
  );
});

/** A logger of the main thread's hears of it when that one turns again; stderr can be written to from here. */
function warnOfBlockage(): void {
  const message = `attune: the main thread of agent ${JSON.stringify(plan.agentId)} is blocked; its worker thread beats on.`;
  try {
    if (plainWarnings) writeSync(2, `${message}\n`);
    else logger.warn(message);
  } catch {
    logger.warn(message); // a pipe that is full, for example
  }
}

async function close(): Promise<void> {
  mainWatch.close();
  await loop.close();
  await transport.close();
  port.close();
}
