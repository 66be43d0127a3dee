/** What is wrong with an attempt at a stage, as the one error of the run: which stage, which code, and the real cause. */
import { AttuneError, type ErrorCode } from "@attune/transport";
import type { PlannedStage } from "../workflow-plan.ts";

/** The same for every attempt of a stage. */
export interface StageIdentity {
  readonly workflow: string;
  readonly runId: string;
  readonly stage: PlannedStage;
}

export function threw(identity: StageIdentity, attempt: number, cause: unknown): AttuneError {
  return failure("ATTUNE_STAGE_FAILED", identity, attempt, `failed: ${wordsOf(cause)}`, cause);
}

export function timedOut(identity: StageIdentity, attempt: number): AttuneError {
  const { timeoutMs } = identity.stage;
  const how = `did not settle within its timeoutMs of ${timeoutMs}.`;
  const cause = new DOMException(`The stage was given ${timeoutMs} ms.`, "TimeoutError");
  return failure("ATTUNE_STAGE_TIMEOUT", identity, attempt, how, cause);
}

export function invalidOutput(
  identity: StageIdentity,
  attempt: number,
  what: string,
  cause: unknown,
): AttuneError {
  return failure("ATTUNE_STAGE_OUTPUT_INVALID", identity, attempt, what, cause);
}

function failure(
  code: ErrorCode,
  { workflow, runId, stage }: StageIdentity,
  attempt: number,
  what: string,
  cause: unknown,
): AttuneError {
  const tries = stage.retry.attempts > 1 ? ` (attempt ${attempt} of ${stage.retry.attempts})` : "";
  return new AttuneError(
    code,
    `Stage ${JSON.stringify(stage.name)} of workflow ${JSON.stringify(workflow)} ${what}${tries}`,
    { cause, details: { workflow, runId, stage: stage.name, tier: stage.tier, attempt } },
  );
}

/** Anything can be thrown. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
  try {
    return typeof thrown === "string" ? thrown : `it threw ${String(thrown)}`;
  } catch {
    return "it threw something that cannot be shown";
  }
}
