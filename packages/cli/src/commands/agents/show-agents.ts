/** `attune agents`: which of its forms is meant. */

import { type AgentHeartbeat, HeartbeatCoordinator } from "@attune/heartbeat";
import { agentJson } from "@attune-tools/record-json";
import { troubleFirst } from "../../agents/liveness.ts";
import { notFound, usageError } from "../../exit-code.ts";
import { durationOf } from "../../input/duration.ts";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { printAgent } from "./agent-details.ts";
import { agentTable } from "./agent-table.ts";
import { watchAgents } from "./watch-agents.ts";

export interface AgentsOptions {
  readonly watch?: boolean;
  readonly agent?: string;
  readonly stale?: string | true;
  readonly lost?: boolean;
  readonly all?: boolean;
}

export async function showAgents(session: Session, options: AgentsOptions): Promise<void> {
  const { watch, agent, stale, lost, all } = options;
  const [one, other] = Object.entries({ agent, stale, lost, all }).filter(([, value]) => value !== undefined);
  if (one && other) throw usageError(`--${one[0]} and --${other[0]} exclude each other.`);
  const staleMs = typeof stale === "string" ? durationOf("--stale", stale) : 60_000;
  if (watch) {
    if (one && agent === undefined)
      throw usageError(`--watch shows all agents as they change; leave out --${one[0]}.`);
    return watchAgents(session, { agent });
  }
  const transport = await session.openExisting();
  await using heartbeat = new HeartbeatCoordinator({ transport });
  if (agent !== undefined) {
    const [found] = await heartbeat.getAgents([agent]);
    if (!found)
      throw notFound(
        `There is no agent ${JSON.stringify(agent)}: it lives not, and has not within the last hour.`,
      );
    return printAgent(session, found);
  }
  if (stale !== undefined) return printAgents(session, await heartbeat.getStaleAgents(staleMs));
  if (all) return printAgents(session, await heartbeat.getAgents());
  if (!lost) return printAgents(session, await heartbeat.getActiveAgents());
  return printAgents(
    session,
    (await heartbeat.getAgents()).filter(({ liveness }) => liveness === "lost"),
  );
}

function printAgents(session: Session, agents: readonly AgentHeartbeat[]): void {
  const { stdout } = session;
  printList(session, {
    items: troubleFirst(agents),
    json: agentJson,
    none: "No agents.",
    print: (sorted) => stdout.table(agentTable(sorted, { output: stdout, now: Date.now() })),
  });
}
