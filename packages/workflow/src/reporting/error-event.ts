/** `agent_error` of a run that has failed: the real error, not our wrapping of it. */
import { agentError } from "@attune/heartbeat";
import type { EventInput } from "@attune/streams";
import { nameOf } from "../engine/words-of.ts";
import type { UnfinishedWorkflow } from "../workflow-result.ts";

const maxMessage = 2000;
const maxName = 200;

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
      error_message: shortened(error.message, maxMessage),
      error_type: shortened(nameOf(cause, error.name), maxName),
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

/** Cut in the middle of a character it would be no text that a store takes. */
function shortened(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
