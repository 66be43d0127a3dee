/** `defineWorkflow`: a workflow as a list of functions, each typed by what the one before returns; the same engine. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { BaseWorkflow } from "./base-workflow.ts";
import type { OutputOf, Sound } from "./defined-types.ts";
import type { ModelTier } from "./model-tier.ts";
import type { StageEntry, StageOptions, StageReturn } from "./stage.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import type { WorkflowOptions } from "./workflow-options.ts";
import { invalidWorkflow, planOf } from "./workflow-plan.ts";

/** A stage without a name. `Returned` is what `run` returns as its output, `Output` what its schema makes of that. */
export interface StageDefinition<Input, Returned, Output = Returned>
  extends Omit<StageOptions<Input>, "validate"> {
  /** Default `capable`. */
  readonly tier?: ModelTier;
  /** See `StageOptions`; its output is the stage's. */
  readonly validate?: StandardSchemaV1<unknown, Output>;
  readonly run: (
    input: Input,
    context: WorkflowContext,
  ) => StageReturn<Returned> | Promise<StageReturn<Returned>>;
}

/** One stage of the list. */
export interface DefinedStage<Input, Returned, Output> extends StageDefinition<Input, Returned, Output> {
  /** Any non-empty text of at most 256 bytes in UTF-8, once per workflow. */
  readonly name: string;
}

/** Stages that run at the same time on the same input; an object of their outputs is the output. */
export interface ParallelDefinition<Input, Returned> {
  /** The name of the group. */
  readonly parallel: string;
  /** By name. Each says its tier: without anything but functions in it TypeScript cannot tell the types of the members. */
  readonly stages: {
    readonly [Name in keyof Returned]: StageDefinition<Input, Returned[Name]> & { readonly tier: ModelTier };
  };
}

export type DefinedStep<Input, Returned, Output> =
  | DefinedStage<Input, Returned, Output>
  | ParallelDefinition<Input, Returned>;

/** A workflow that was defined, as if it had been written as a subclass of `BaseWorkflow`. */
export declare class DefinedWorkflow<Input, Output> extends BaseWorkflow<Input, Output> {
  constructor(options?: WorkflowOptions);
  override readonly name: string;
  override readonly stages: readonly StageEntry[];
  override runStage(
    stageName: string,
    tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): StageReturn | Promise<StageReturn>;
}

/** Its class, which can be subclassed. */
export type WorkflowClass<Input, Output> = new (options?: WorkflowOptions) => DefinedWorkflow<Input, Output>;

/**
 * Defines a workflow of 1 to 16 steps. The first says what the workflow takes, each later one takes what the one before
 * gives, and what the last one gives is the output of a run. Makes a class: `const Review = defineWorkflow({ … });
 * await new Review({ enableCoordination: true }).execute(input)`.
 *
 * Steps that do not fit together are an error of the compiler, which says why as the type of a missing property `wrong`.
 * Throws `ATTUNE_WORKFLOW_INVALID` for a definition that cannot be run.
 */
export function defineWorkflow<
  Input,
  R1,
  O1 = R1,
  R2 = O1,
  O2 = R2,
  R3 = O2,
  O3 = R3,
  R4 = O3,
  O4 = R4,
  R5 = O4,
  O5 = R5,
  R6 = O5,
  O6 = R6,
  R7 = O6,
  O7 = R7,
  R8 = O7,
  O8 = R8,
  R9 = O8,
  O9 = R9,
  R10 = O9,
  O10 = R10,
  R11 = O10,
  O11 = R11,
  R12 = O11,
  O12 = R12,
  R13 = O12,
  O13 = R13,
  R14 = O13,
  O14 = R14,
  R15 = O14,
  O15 = R15,
  R16 = O15,
  O16 = R16,
  Steps extends readonly unknown[] = readonly unknown[],
>(definition: {
  readonly name: string;
  readonly stages: readonly [
    DefinedStep<Input, R1, O1>,
    DefinedStep<O1, R2, O2>?,
    DefinedStep<O2, R3, O3>?,
    DefinedStep<O3, R4, O4>?,
    DefinedStep<O4, R5, O5>?,
    DefinedStep<O5, R6, O6>?,
    DefinedStep<O6, R7, O7>?,
    DefinedStep<O7, R8, O8>?,
    DefinedStep<O8, R9, O9>?,
    DefinedStep<O9, R10, O10>?,
    DefinedStep<O10, R11, O11>?,
    DefinedStep<O11, R12, O12>?,
    DefinedStep<O12, R13, O13>?,
    DefinedStep<O13, R14, O14>?,
    DefinedStep<O14, R15, O15>?,
    DefinedStep<O15, R16, O16>?,
  ] &
    Steps &
    Sound<Steps>;
}): WorkflowClass<Input, OutputOf<Steps>> {
  const { name, stages: given } = (definition ?? {}) as unknown as {
    readonly name: string;
    readonly stages: readonly AnyStep[] | undefined;
  };
  if (!Array.isArray(given)) throw invalidWorkflow(name, "needs an array of stages.");
  const runs = new Map<string, AnyStage["run"]>();
  const tierMap: Record<string, ModelTier> = {};
  const entryOf = (stageName: string, stage: AnyStage) => {
    if (typeof stage !== "object" || stage === null || typeof stage.run !== "function") {
      throw invalidWorkflow(name, `has no function to run as stage ${JSON.stringify(stageName)}.`);
    }
    const { tier, skip, ...options } = optionsOf(stage);
    // Bound, as stages may be instances of classes.
    runs.set(stageName, stage.run.bind(stage));
    if (tier !== undefined) defineProperty(tierMap, stageName, tier);
    return { ...options, name: stageName, skip: skip?.bind(stage) };
  };
  const stages = Array.from(given as readonly AnyStep[], (step): StageEntry => {
    if (typeof step !== "object" || step === null)
      throw invalidWorkflow(name, "has a stage that is no object.");
    if (!("parallel" in step)) return entryOf(step.name, step);
    const { parallel, stages: members } = step;
    if (typeof members !== "object" || members === null) {
      throw invalidWorkflow(name, `has a group without stages: ${JSON.stringify(parallel)}.`);
    }
    return { parallel, stages: Object.entries(members).map(([own, stage]) => entryOf(own, stage)) };
  });
  // What is wrong with it is told where it is written, and not when it is first run.
  planOf({ name, stages, tierMap });
  return class extends BaseWorkflow<Input, OutputOf<Steps>> {
    override readonly name = name;
    override readonly stages = stages;
    override readonly tierMap = tierMap;

    override runStage(
      stageName: string,
      _tier: ModelTier,
      input: unknown,
      context: WorkflowContext,
    ): StageReturn | Promise<StageReturn> {
      return runs.get(stageName)!(input, context);
    }
  };
}

/** By name: those of an instance of a class may not be its own. */
function optionsOf(stage: AnyStage): Omit<AnyStage, "run"> {
  const { tier, timeoutMs, progressTimeoutMs, retry, skip, validate, tierFallback, approval } = stage;
  return { tier, timeoutMs, progressTimeoutMs, retry, skip, validate, tierFallback, approval };
}

/** A stage whose types have been looked at already. */
interface AnyStage extends StageOptions {
  readonly tier?: ModelTier;
  readonly run: (input: unknown, context: WorkflowContext) => StageReturn | Promise<StageReturn>;
}

type AnyStep =
  | (AnyStage & { readonly name: string })
  | { readonly parallel: string; readonly stages: Readonly<Record<string, AnyStage>> };

/** `__proto__` is a name like any other. */
function defineProperty<T>(target: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
