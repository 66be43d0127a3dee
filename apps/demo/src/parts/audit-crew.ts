/** Some of the audit's agents, in one process. */
import { fleet } from "../agents/fleet.ts";
import { createSurveyor, surveyorId } from "../agents/surveyor.ts";
import type { Account } from "../audit/publish-ledger.ts";
import { runCrew } from "../audit/run-crew.ts";
import type { Part } from "../processes/part.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

export interface AuditCrewInput {
  readonly runId: string;
  readonly root: string;
  /** Of the agents. */
  readonly ids: readonly string[];
}

/** Gives their own account of what they have published. */
export const auditCrew: Part<AuditCrewInput, Account, readonly TreeFile[], readonly TreeFile[]> = {
  name: "audit crew",
  run(stage, { runId, root, ids }) {
    const surveyor = ids.includes(surveyorId) ? createSurveyor(root) : undefined;
    const agents = fleet.filter(({ id }) => ids.includes(id));
    return runCrew(stage, { runId, agents, surveyor });
  },
};
