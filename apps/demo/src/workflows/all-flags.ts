/** How the workflows of a demonstration are made: everybody sees them, signals reach them. */
import type { Transport } from "@attune/transport";
import type { WorkflowOptions } from "@attune/workflow";

/** What nobody has taken by then is gone: a run leaves nothing in a shared store for long. */
const signalTtlMs = 15_000;

export function allFlags(transport: Transport, agentId: string) {
  return {
    transport,
    agentId,
    enableHeartbeatTracking: true,
    enableCoordination: true,
    enableStreaming: true,
    signals: { defaultTtlMs: signalTtlMs },
    // On a shared store others may broadcast an abort: a demonstration that shows none is not to be ended by it.
    abortOn: [],
  } satisfies WorkflowOptions;
}
