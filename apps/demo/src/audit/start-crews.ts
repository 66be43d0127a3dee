/** The audit's agents at work: in two processes where processes share the store, else all in this one. */
import type { Agent } from "../agents/agent.ts";
import { duplicateFinder } from "../agents/duplicate-finder.ts";
import { fleet } from "../agents/fleet.ts";
import { functionMeasurer } from "../agents/function-measurer.ts";
import { importMapper } from "../agents/import-mapper.ts";
import { licenseChecker } from "../agents/license-checker.ts";
import { createSurveyor } from "../agents/surveyor.ts";
import { auditCrew } from "../parts/audit-crew.ts";
import type { Parts } from "../processes/parts.ts";
import type { AuditCrew } from "./run-audit.ts";

/** About half of the work. */
const secondCrew: readonly Agent[] = [importMapper, functionMeasurer, duplicateFinder, licenseChecker];

export function startCrews(
  parts: Parts,
  { runId, root }: { readonly runId: string; readonly root: string },
): readonly [AuditCrew, ...AuditCrew[]] {
  const start = (agents: readonly Agent[]): AuditCrew => {
    const running = parts.start(auditCrew, { runId, root, ids: agents.map(({ id }) => id) });
    const { processId, ready, result } = running;
    return { agents, processId, ready, result, tell: (files) => running.tell(files) };
  };
  // Only its name and task count here: it works where its crew lives.
  const surveyor = createSurveyor(root);
  if (!parts.apart) return [start([surveyor, ...fleet])];
  const first = fleet.filter((agent) => !secondCrew.includes(agent));
  return [start([surveyor, ...first]), start(secondCrew)];
}
