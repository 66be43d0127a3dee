/** What is wrong with an attempt at a stage, as the one error of the run: which stage, which code, and the real cause. */
import type { ApprovalResponse } from "@attune/approvals";
import { AttuneError, type ErrorCode } from "@attune/transport";
import type { PlannedStage } from "../workflow-plan.ts";
import { wordsOf } from "./words-of.ts";

/** Which attempt at which stage of which run. */
export interface AttemptIdentity {
  readonly workflow: string;
  readonly runId: string;
  readonly stage: PlannedStage;
  /** From 1. */
  readonly attempt: number;
}

export function threw(identity: AttemptIdentity, cause: unknown): AttuneError {
  return failure("ATTUNE_STAGE_FAILED", identity, `failed: ${wordsOf(cause)}`, cause);
}

export function timedOut(identity: AttemptIdentity): AttuneError {
  const { timeoutMs } = identity.stage;
  const how = `did not settle within its timeoutMs of ${timeoutMs}.`;
  const cause = new DOMException(`The stage was given ${timeoutMs} ms.`, "TimeoutError");
  return failure("ATTUNE_STAGE_TIMEOUT", identity, how, cause);
}

export function notApproved(identity: AttemptIdentity, response: ApprovalResponse): AttuneError {
  const { responder, reason, state } = response;
  const why = reason === "" ? "" : `: ${reason}`;
  const cause = new Error(`${state} by ${responder}${why}`);
  return failure(
    "ATTUNE_STAGE_NOT_APPROVED",
    identity,
    `was not approved (${state} by ${responder})${why}`,
    cause,
    {
      approval: response,
    },
  );
}

export function invalidOutput(identity: AttemptIdentity, what: string, cause: unknown): AttuneError {
  return failure("ATTUNE_STAGE_OUTPUT_INVALID", identity, what, cause);
}

function failure(
  code: ErrorCode,
  { workflow, runId, stage, attempt }: AttemptIdentity,
  what: string,
  cause: unknown,
  more: Readonly<Record<string, unknown>> = {},
): AttuneError {
  const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
  return new AttuneError(
    code,
    `Stage ${JSON.stringify(stage.name)} of workflow ${JSON.stringify(workflow)} ${what}${tries}`,
    { cause, details: { workflow, runId, stage: stage.name, tier: stage.tier, attempt, ...more } },
  );
}
