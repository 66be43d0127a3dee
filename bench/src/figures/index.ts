/** All figures, in the order in which they are measured. */
import type { Figure } from "../harness/figure.ts";
import { approvals, pendingApprovals } from "./approvals.ts";
import { archive } from "./archive.ts";
import { beats, sqliteBeats } from "./beats.ts";
import { bytes } from "./bytes.ts";
import { cliFollow, sqliteCliFollow } from "./cli-follow.ts";
import { cliStart } from "./cli-start.ts";
import { competingTakers, sqliteCompetingTakers } from "./competing-takers.ts";
import { consume } from "./consume.ts";
import { consumers } from "./consumers.ts";
import { dashboard } from "./dashboard.ts";
import { dashboardMemory } from "./dashboard-memory.ts";
import { feedback } from "./feedback.ts";
import { groups } from "./groups.ts";
import { groupsRecovery } from "./groups-recovery.ts";
import { history } from "./history.ts";
import { latency, sqliteWakeUp } from "./latency.ts";
import { listAgents, sqliteListAgents } from "./list-agents.ts";
import { publishBatch } from "./publish-batch.ts";
import { publishInFlight } from "./publish-in-flight.ts";
import { publishOne } from "./publish-one.ts";
import { signalLatency, sqliteSignalLatency } from "./signal-latency.ts";
import { sqliteAppendInFlight } from "./sqlite-append-in-flight.ts";
import { sqliteAppendOne } from "./sqlite-append-one.ts";
import { sqliteBytes } from "./sqlite-bytes.ts";
import { sqliteFourWriters } from "./sqlite-four-writers.ts";
import { sqliteIdle } from "./sqlite-idle.ts";
import { workflowFleets } from "./workflow-fleet.ts";
import { workflowOverhead } from "./workflow-overhead.ts";

export const figures: readonly Figure[] = [
  publishInFlight,
  publishOne,
  publishBatch,
  consume,
  consumers,
  groups,
  groupsRecovery,
  latency,
  history,
  signalLatency,
  competingTakers,
  ...listAgents,
  beats,
  bytes,
  sqliteAppendOne,
  sqliteAppendInFlight,
  sqliteWakeUp,
  sqliteIdle,
  sqliteFourWriters,
  sqliteSignalLatency,
  sqliteCompetingTakers,
  ...sqliteListAgents,
  sqliteBeats,
  sqliteBytes,
  workflowOverhead,
  ...workflowFleets,
  approvals,
  pendingApprovals,
  feedback,
  archive,
  cliStart,
  cliFollow,
  sqliteCliFollow,
  dashboard,
  dashboardMemory,
];
