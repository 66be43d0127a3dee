/** Values that are in the store: ids of agents, event types, … */
import { existsSync } from "node:fs";
import { openTransport, silentLogger, type Transport } from "@attune/transport";
import type { Surroundings } from "../../session/surroundings.ts";
import { chooseStore } from "../../store/choose-store.ts";
import type { Place } from "./place.ts";

type Look = (transport: Transport, place: Place) => Promise<readonly string[]>;

// Each loads what it needs: somebody waits.
const agents: Look = async (transport) => {
  const { HeartbeatCoordinator } = await import("@attune/heartbeat");
  await using heartbeat = new HeartbeatCoordinator({ transport });
  return (await heartbeat.getActiveAgents()).map(({ agentId }) => agentId);
};

const eventTypes: Look = async ({ streams }) => (await streams.list({ thorough: true })).sort();

const groups: Look = async (transport) => {
  const { knownGroups } = await import("../dead-letters/known-groups.ts");
  return (await knownGroups(transport)).map(({ group }) => group);
};

const letters: Look = async (transport, { args: [group = ""] }) => {
  const { EventStreamer } = await import("@attune/streams");
  return (await new EventStreamer({ transport }).listDeadLetters({ group })).map(({ eventId }) => eventId);
};

const pendingApprovals: Look = async (transport) => {
  const { ApprovalGate } = await import("@attune/approvals");
  await using gate = new ApprovalGate({ transport });
  return (await gate.getPendingApprovals()).map(({ requestId }) => requestId);
};

const workflows: Look = async (transport) =>
  (await ratedStages(transport)).map(({ workflowName }) => workflowName);

const stages: Look = async (transport, { args: [workflow] }) =>
  (await ratedStages(transport))
    .filter(({ workflowName }) => workflowName === workflow)
    .map(({ stageName }) => stageName);

async function ratedStages(transport: Transport) {
  const { FeedbackLoop } = await import("@attune/feedback");
  await using feedback = new FeedbackLoop({ transport });
  return feedback.getRatedStages();
}

/** By command and name of the option or argument. */
const looks: Readonly<Record<string, Look>> = {
  "agents agent": agents,
  "top agent": agents,
  "signals agent": agents,
  "signals from": agents,
  "signals to": agents,
  "signals as": agents,
  "events type": eventTypes,
  "archive type": eventTypes,
  "archive as": eventTypes,
  "dead-letters group": groups,
  "dead-letters type": eventTypes,
  "dead-letters event-id": letters,
  "approvals id": pendingApprovals,
  "feedback workflow": workflows,
  "feedback stage": stages,
};

/** So long somebody who pressed Tab waits, at most. */
const limitMs = 300;

/** Nothing, where the store does not answer soon. */
export async function storedValues(
  { env, cwd }: Surroundings,
  name: string,
  place: Place,
): Promise<readonly string[]> {
  const look = looks[`${groupOf(place)} ${name}`];
  if (!look) return [];
  const limit = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(() => limit.resolve([]), limitMs);
  const answer = async () => {
    const url = place.values.get("url");
    const prefix = place.values.get("prefix");
    const store = await chooseStore(
      { ...(url === undefined ? {} : { url }), ...(prefix === undefined ? {} : { prefix }) },
      env,
      cwd,
    );
    if (store.file !== undefined && !existsSync(store.file)) return [];
    await using transport = await openTransport(store.url, {
      prefix: store.prefix,
      logger: silentLogger,
      onUnavailable: "throw",
      operationTimeoutMs: limitMs,
      keepsProcessAlive: false,
    });
    if (transport.status !== "available") return [];
    return await look(transport, place); // it is closed behind this
  };
  try {
    return [...new Set(await Promise.race([answer(), limit.promise]))];
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

/** The command right below `attune`. */
function groupOf({ command }: Place): string {
  let group = command;
  while (group.parent?.parent) group = group.parent;
  return group.name();
}
