/** Runs what one agent does over a tree, on a memory transport: what it reports, and what it published. */
import { agentError } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { createMemoryTransport } from "@attune/transport-memory";
import type { Agent, AgentReport } from "../src/agents/agent.ts";
import { AgentPublisher } from "../src/agents/agent-publisher.ts";
import { auditFinding } from "../src/audit/audit-events.ts";
import { type TreeFile, walkTree } from "../src/tree/walk-tree.ts";

interface AgentRun {
  readonly report: AgentReport;
  /** `kind where: what`, sorted. */
  readonly findings: readonly string[];
  readonly errors: readonly string[];
  /** The largest that it has told. */
  readonly progress: number;
}

export async function runAgent(
  agent: Agent,
  root: string,
  missing: readonly string[] = [],
): Promise<AgentRun> {
  await using transport = await createMemoryTransport();
  const streamer = new EventStreamer({ transport });
  const files: TreeFile[] = missing.map((path) => ({ path, location: Buffer.from(`${root}/${path}`) }));
  for await (const folder of walkTree(root)) files.push(...folder.files);
  const publisher = new AgentPublisher({ streamer, runId: "run", agentId: agent.id });
  let progress = 0;
  const report = await agent.run({
    files,
    publisher,
    signal: new AbortController().signal,
    progress: (fraction) => {
      progress = Math.max(progress, fraction);
    },
  });
  const findings = await streamer.getRecentEvents(auditFinding);
  const errors = await streamer.getRecentEvents(agentError);
  return {
    report,
    findings: findings.map(({ data }) => describe(data as Record<string, unknown>)).sort(),
    errors: errors.map(({ data }) => String((data as Record<string, unknown>).error_message)).sort(),
    progress,
  };
}

function describe({ kind, where, what }: Record<string, unknown>): string {
  return `${kind} ${where}: ${what}`;
}
