/** `agent_error` of a run that has failed: the real error, not our wrapping of it. */
import { agentError } from "@attune/heartbeat";
import type { EventInput } from "@attune/streams";
import type { UnfinishedWorkflow } from "../workflow-result.ts";

const maxMessage = 2000;

export interface ErrorFacts {
  readonly agentId: string;
  /** Of the whole run. */
  readonly progress: number;
  /** What the agent's last beat said it was doing. */
  readonly currentTask: string | undefined;
}

export function errorEvent(
  { workflow, runId, failedStage, error }: UnfinishedWorkflow,
  { agentId, progress, currentTask }: ErrorFacts,
): { readonly eventType: string; readonly data: EventInput<typeof agentError> } {
  const { cause } = error;
  return {
    eventType: agentError.eventType,
    data: {
      agent_id: agentId,
      error_message: error.message.slice(0, maxMessage).toWellFormed(),
      error_type: cause instanceof Error ? cause.name : error.name,
      severity: "error",
      error_code: error.code,
      workflow,
      run_id: runId,
      ...(failedStage === null ? {} : { stage: failedStage }),
      ...(currentTask === undefined ? {} : { current_task: currentTask }),
      progress,
    },
  };
}
