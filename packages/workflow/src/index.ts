/** `@attune/workflow`: staged runs of agents that report, coordinate and stop by themselves. */
export { BaseWorkflow } from "./base-workflow.ts";
export type { ApprovalOfStage } from "./coordination/agent-approvals.ts";
export type { SignalToSend } from "./coordination/agent-signals.ts";
export {
  type DefinedStage,
  type DefinedStep,
  type DefinedWorkflow,
  defineWorkflow,
  type ParallelDefinition,
  type StageDefinition,
  type WorkflowClass,
} from "./define-workflow.ts";
export type { ExecuteArguments, ExecuteOptions } from "./execute-options.ts";
export { ModelTier } from "./model-tier.ts";
export { type ResultsOf, type RunAllOptions, runAll, type WorkflowToRun } from "./run-all.ts";
export type {
  NamedStage,
  ParallelStages,
  RetryOptions,
  StageEntry,
  StageOptions,
  StageReturn,
} from "./stage.ts";
export type { StageApproval } from "./stage-approval.ts";
export type { TierPolicy } from "./tier-policy.ts";
export type { PriceTable, TokenPrice, Usage, WorkflowUsage } from "./usage.ts";
export type { RecordedTokens, WorkflowContext } from "./workflow-context.ts";
export type { WorkflowOptions } from "./workflow-options.ts";
export { workflowProgress } from "./workflow-progress-event.ts";
export type {
  CompletedWorkflow,
  StageResult,
  StageStatus,
  TierUse,
  TokenCount,
  UnfinishedWorkflow,
  WorkflowResult,
} from "./workflow-result.ts";
