/** All figures, in the order in which they are measured. */
import type { Figure } from "../harness/figure.ts";
import { beats } from "./beats.ts";
import { bytes } from "./bytes.ts";
import { competingTakers } from "./competing-takers.ts";
import { consume } from "./consume.ts";
import { consumers } from "./consumers.ts";
import { history } from "./history.ts";
import { latency } from "./latency.ts";
import { listAgents } from "./list-agents.ts";
import { publishBatch } from "./publish-batch.ts";
import { publishInFlight } from "./publish-in-flight.ts";
import { publishOne } from "./publish-one.ts";
import { signalLatency } from "./signal-latency.ts";

export const figures: readonly Figure[] = [
  publishInFlight,
  publishOne,
  publishBatch,
  consume,
  consumers,
  latency,
  history,
  signalLatency,
  competingTakers,
  ...listAgents,
  beats,
  bytes,
];
