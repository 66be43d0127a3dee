/** What a `workflow_progress` says, in a few words: which stage, which attempt, with what. */
import type { EventData } from "@attune/streams";
import type { workflowProgress } from "@attune/workflow";

export type Progress = EventData<typeof workflowProgress>;

export function describeProgress({ stage, tier, status = "running", task, attempt }: Progress): string {
  if (stage === undefined) return status;
  if (task !== undefined) return `${stage}: ${task}`;
  const which = tier === undefined ? stage : `${stage} (${tier})`;
  if (status !== "running") return `${which} ${status}`;
  return attempt !== undefined && attempt > 1 ? `${which}, attempt ${attempt}` : which;
}
