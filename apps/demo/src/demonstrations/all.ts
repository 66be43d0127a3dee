/** All demonstrations, in the order of the list that --help prints. The first one runs when none is named. */
import type { Demonstration } from "../demonstration.ts";
import { abort } from "./abort.ts";
import { approvals } from "./approvals.ts";
import { audit } from "./audit.ts";
import { broadcast } from "./broadcast.ts";
import { checkpoint } from "./checkpoint.ts";
import { feedback } from "./feedback.ts";
import { heartbeatStreaming } from "./heartbeat-streaming.ts";
import { liveConsumption } from "./live-consumption.ts";
import { orchestrator } from "./orchestrator.ts";
import { producerConsumer } from "./producer-consumer.ts";
import { signalStreaming } from "./signal-streaming.ts";
import { streamManagement } from "./stream-management.ts";
import { workers } from "./workers.ts";

export const demonstrations: readonly [Demonstration, ...Demonstration[]] = [
  audit,
  heartbeatStreaming,
  signalStreaming,
  broadcast,
  checkpoint,
  producerConsumer,
  workers,
  orchestrator,
  abort,
  approvals,
  feedback,
  liveConsumption,
  streamManagement,
];
