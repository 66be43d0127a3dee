/** A workflow as the engine runs it: checked, every default filled in. */

import {
  AttuneError,
  checkChoice,
  checkDuration,
  checkInteger,
  checkName,
  maxTtlMs,
} from "@attune/transport";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { maxTimerMs } from "./engine/run-bounded.ts";
import { wordsOf } from "./engine/words-of.ts";
import { ModelTier, modelTiers } from "./model-tier.ts";
import type { NamedStage, RetryOptions, StageEntry, StageOptions } from "./stage.ts";
import type { StageApproval } from "./stage-approval.ts";

/** What a workflow says of itself. */
export interface WorkflowShape {
  readonly name: string;
  readonly stages: readonly StageEntry[];
  readonly tierMap: Readonly<Record<string, ModelTier>>;
}

export interface PlannedStage {
  readonly name: string;
  /** The parallel group that it is in. */
  readonly group: string | null;
  readonly tier: ModelTier;
  readonly timeoutMs: number;
  /** `null`: it says nothing of its own. */
  readonly progressTimeoutMs: number | null;
  readonly retry: Required<RetryOptions>;
  readonly skip: StageOptions["skip"];
  readonly tierFallback: boolean;
  /** `null`: it needs none. */
  readonly approval: StageApproval | null;
  readonly validate: StandardSchemaV1 | undefined;
}

/** One stage, or the stages of a group. */
export interface PlannedStep {
  readonly group: string | null;
  readonly stages: readonly PlannedStage[];
}

export interface WorkflowPlan {
  readonly name: string;
  readonly steps: readonly PlannedStep[];
  /** Of all stages, in order. */
  readonly stageNames: readonly string[];
}

const defaultTimeoutMs = 3_600_000;
const hourMs = 3_600_000;
const always = () => true;
const oneAttempt: Required<RetryOptions> = { attempts: 1, backoffMs: 0, factor: 1, shouldRetry: always };

/** Throws `ATTUNE_WORKFLOW_INVALID` for a workflow that cannot be run. */
export function planOf(shape: WorkflowShape): WorkflowPlan {
  try {
    return makePlan(shape);
  } catch (error) {
    if (error instanceof AttuneError) throw error;
    // A property that throws when it is read, say.
    throw invalidWorkflow(undefined, `cannot be read: ${wordsOf(error)}`, error);
  }
}

/** What is wrong with a definition. `name` may be anything. */
export function invalidWorkflow(name: unknown, what: string, cause?: unknown): AttuneError {
  const label = typeof name === "string" && name !== "" ? JSON.stringify(name) : "without a name";
  return new AttuneError("ATTUNE_WORKFLOW_INVALID", `The workflow ${label} ${what}`, {
    cause,
    details: { workflow: name },
  });
}

function makePlan({ name, stages, tierMap }: WorkflowShape): WorkflowPlan {
  const invalid = (what: string, cause?: unknown) => invalidWorkflow(name, what, cause);
  /** What one of the shared checks of arguments throws is told as a fault of the definition. */
  const checked = <T>(where: string, check: () => T): T => {
    try {
      return check();
    } catch (error) {
      throw invalid(`cannot be run: ${where}${wordsOf(error)}`, error);
    }
  };

  checked("", () => checkName("name", name));
  if (!Array.isArray(stages) || stages.length === 0) {
    throw invalid('has no stages: name at least one, for example stages = ["review"].');
  }
  if (typeof tierMap !== "object" || tierMap === null) throw invalid("needs an object as tierMap.");

  const taken = new Set<string>();
  const claim = (what: string, value: unknown): string => {
    const text = checked("", () => checkName(what, value));
    if (taken.has(text)) throw invalid(`has two stages or groups called ${JSON.stringify(text)}.`);
    taken.add(text);
    return text;
  };
  const stageNames: string[] = [];
  const planStage = (stage: string | NamedStage, group: string | null): PlannedStage => {
    if (typeof stage !== "string" && (typeof stage !== "object" || stage === null)) {
      throw invalid("has a stage that is neither a name nor an object with one.");
    }
    const options: NamedStage = typeof stage === "string" ? { name: stage } : stage;
    const own = claim("the name of a stage", options.name);
    stageNames.push(own);
    const tier = Object.hasOwn(tierMap, own) ? tierMap[own] : ModelTier.CAPABLE;
    return checked(`stage ${JSON.stringify(own)}: `, () => ({
      name: own,
      group,
      tier: checkChoice("tier", tier, modelTiers),
      timeoutMs: checkTimeout(options.timeoutMs ?? defaultTimeoutMs),
      progressTimeoutMs: checkProgressTimeout(options.progressTimeoutMs),
      retry: checkRetry(options.retry),
      skip: checkFunction("skip", options.skip)?.bind(options),
      tierFallback: checkFlag("tierFallback", options.tierFallback ?? false),
      approval: checkApproval(options.approval),
      validate: checkSchema(options.validate),
    }));
  };
  // Array.from: what is left out of a list is no stage either.
  const steps = Array.from(stages, (entry: StageEntry): PlannedStep => {
    if (typeof entry !== "object" || entry === null || !("parallel" in entry)) {
      return { group: null, stages: [planStage(entry, null)] };
    }
    const group = claim("the name of a group", entry.parallel);
    if (!Array.isArray(entry.stages) || entry.stages.length === 0) {
      throw invalid(`has a group without stages: ${JSON.stringify(group)}.`);
    }
    return { group, stages: Array.from(entry.stages, (stage) => planStage(stage, group)) };
  });
  const unknown = Object.keys(tierMap).find((stage) => !stageNames.includes(stage));
  if (unknown !== undefined) {
    throw invalid(
      `has a tier for ${JSON.stringify(unknown)}, which is none of its stages (${stageNames.join(", ")}).`,
    );
  }
  return { name, steps, stageNames };
}

/** `undefined`: nothing is said. */
export function checkProgressTimeout(value: unknown): number | null {
  return value === undefined ? null : checkInteger("progressTimeoutMs", value, 1, maxTtlMs);
}

function checkTimeout(value: unknown): number {
  return value === Number.POSITIVE_INFINITY ? value : checkDuration("timeoutMs", value, 1, maxTimerMs);
}

function checkRetry(retry: RetryOptions | undefined): Required<RetryOptions> {
  if (retry === undefined) return oneAttempt;
  if (typeof retry !== "object" || retry === null) throw argument("retry", "an object");
  const { attempts = 3, backoffMs = 1000, factor = 2, shouldRetry } = retry;
  if (typeof factor !== "number" || !(factor >= 1 && factor <= 100)) {
    throw argument("retry.factor", "a number from 1 to 100");
  }
  return {
    attempts: checkInteger("retry.attempts", attempts, 1, 100),
    backoffMs: checkDuration("retry.backoffMs", backoffMs, 0, hourMs),
    factor,
    shouldRetry: checkFunction("retry.shouldRetry", shouldRetry)?.bind(retry) ?? always,
  };
}

function checkApproval(approval: StageOptions["approval"]): StageApproval | null {
  if (approval === undefined) return null;
  if (approval === true) return {};
  if (typeof approval !== "object" || approval === null) throw argument("approval", "true or an object");
  if (approval.approvalType !== undefined) checkName("approval.approvalType", approval.approvalType);
  checkFunction("approval.context", approval.context);
  return approval;
}

function checkFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw argument(name, "true or false");
}

function checkSchema(schema: StandardSchemaV1 | undefined): StandardSchemaV1 | undefined {
  if (schema === undefined || typeof schema?.["~standard"]?.validate === "function") return schema;
  throw argument("validate", "a Standard Schema, for example a zod schema");
}

function checkFunction<T>(name: string, value: T): T {
  if (value === undefined || typeof value === "function") return value;
  throw argument(name, "a function");
}

function argument(name: string, wanted: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", `${name} must be ${wanted}.`, {
    details: { argument: name },
  });
}
