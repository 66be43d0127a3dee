/** What empty views show to begin with. `location`: of the store that the page looks at. */
import { asLastWord, storeFlags } from "../ui/shell-words.ts";

export type Location = string | undefined;

export function fleetExample(location: Location): string {
  return `import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";

await using transport = await openTransport(${JSON.stringify(location ?? "")});
await using heartbeat = new HeartbeatCoordinator({ transport });

await heartbeat.startHeartbeat("reviewer-1", { displayName: "Reviewer" });
await heartbeat.beat({ currentTask: "reading a.ts", progress: 0.5 });
// … the work: meanwhile it beats by itself
await heartbeat.stopHeartbeat("completed");`;
}

export function eventsExample(location: Location): string {
  return `attune events publish build_done '{"commit": "9f3c"}'${storeFlags(location)}`;
}

export function signalsExample(location: Location): string {
  return `attune signals send go '{"version": 7}' --to deployer${storeFlags(location)}

// in a program:
const signals = new CoordinationSignals({ agentId: "builder", enableStreaming: true });
await signals.broadcast({ signalType: "ready", payload: { tests: 120 } });`;
}

export function approvalsExample(): string {
  return `const gate = new ApprovalGate({ agentId: "deployer" });
const decision = await gate.requestApproval({
  approvalType: "deployment",
  context: { version: "2.1.0", before: { replicas: 2 }, after: { replicas: 4 } },
});
if (decision.approved) deploy();`;
}

export function watchApprovalsExample(location: Location): string {
  return `attune approvals --watch${storeFlags(location)}`;
}

export function decideExample(location: Location): string {
  return `attune approvals approve REQUEST --reason 'looks good'${storeFlags(location)}`;
}

export function qualityExample(location: Location): string {
  return `const feedback = new FeedbackLoop();
await feedback.recordFeedback({
  workflowName: "review", stageName: "draft", tier: "cheap", qualityScore: 0.83,
});

// at a terminal:
attune feedback stats review${storeFlags(location)}`;
}

export function deadLettersExample(group: string, location: Location): string {
  return `attune dead-letters replay${storeFlags(location)} ${asLastWord(group)}`;
}
