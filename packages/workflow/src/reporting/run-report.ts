/** What others are told of a run. Nobody waits for it but the end of the run. */
import type { PlannedStage } from "../workflow-plan.ts";
import type { StageResult, WorkflowResult } from "../workflow-result.ts";

export interface RunReport {
  begin(): void;
  /** Somebody is asked whether it may be run. */
  stageWaits(stage: PlannedStage): void;
  /** Once per attempt, from 1. */
  stageBegan(stage: PlannedStage, attempt: number): void;
  /** `fraction` of the stage, 0 to 1. */
  stageProgressed(stage: PlannedStage, fraction: number, task: string | undefined): void;
  stageEnded(result: StageResult): void;
  /** Resolves once all of it is told, or cannot be told at present. Never rejects. */
  end(result: WorkflowResult): Promise<void>;
}

/** With all flags off. */
export const silentReport: RunReport = {
  begin: () => {},
  stageWaits: () => {},
  stageBegan: () => {},
  stageProgressed: () => {},
  stageEnded: () => {},
  end: () => Promise.resolve(),
};
