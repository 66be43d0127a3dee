/** `runAll`: several workflows side by side, and what became of each. */
import { AttuneError, checkInteger } from "@attune/transport";
import { type BaseWorkflow, isWorkflow, type PreparedRun, prepareRun } from "./base-workflow.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import type { WorkflowResult } from "./workflow-result.ts";

type AnyWorkflow = BaseWorkflow<never, unknown>;

/** A workflow, what it is given, and its run's id. */
export type WorkflowToRun<Workflow extends AnyWorkflow = AnyWorkflow> = Pick<ExecuteOptions, "runId"> & {
  readonly workflow: Workflow;
} & InputOf<Workflow>;

type InputOf<Workflow> =
  Workflow extends BaseWorkflow<infer Input, infer _>
    ? undefined extends Input
      ? { readonly input?: Input }
      : { readonly input: Input }
    : never;

/** The results, in the order of the workflows. */
export type ResultsOf<Workflows extends readonly AnyWorkflow[]> = {
  -readonly [Index in keyof Workflows]: Workflows[Index] extends BaseWorkflow<infer _, infer Output>
    ? WorkflowResult<Output>
    : never;
};

export interface RunAllOptions {
  /** Cancels those that run; those that have not begun end as cancelled, too. */
  readonly signal?: AbortSignal;
  /** So many at a time. Default: all. From 1. */
  readonly concurrency?: number;
}

/**
 * Runs workflows at the same time. Resolves when all have ended, however; one that fails leaves the others alone.
 *
 * Rejects as `execute` does, before any of them is begun: two runs of one agent included.
 */
export async function runAll<Workflows extends readonly AnyWorkflow[]>(
  runs: readonly [...{ readonly [Index in keyof Workflows]: WorkflowToRun<Workflows[Index]> }],
  options: RunAllOptions = {},
): Promise<ResultsOf<Workflows>> {
  if (!Array.isArray(runs)) throw invalid("runs", "runAll takes an array of { workflow, input }.");
  if (typeof options !== "object" || options === null) throw invalid("options", "options must be an object.");
  const { signal, concurrency = Number.POSITIVE_INFINITY } = options;
  if (concurrency !== Number.POSITIVE_INFINITY) checkInteger("concurrency", concurrency, 1);
  const prepared = prepareAll(runs as readonly WorkflowToPrepare[], signal);
  const results: WorkflowResult[] = [];
  let next = 0;
  const runSome = async () => {
    while (next < prepared.length) {
      const index = next++;
      results[index] = await prepared[index]!.start();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, prepared.length) }, runSome));
  return results as ResultsOf<Workflows>;
}

/** What is left of the types once they are checked. */
type WorkflowToPrepare = Pick<ExecuteOptions, "runId"> & {
  readonly workflow: AnyWorkflow;
  readonly input?: unknown;
};

/** All or none. */
function prepareAll(
  runs: readonly WorkflowToPrepare[],
  signal: AbortSignal | undefined,
): PreparedRun<unknown>[] {
  const prepared: PreparedRun<unknown>[] = [];
  try {
    for (const run of runs) {
      if (!isWorkflow(run?.workflow)) {
        throw invalid(
          "runs",
          "Each of the runs needs a workflow: an instance of a BaseWorkflow of this package.",
        );
      }
      const { workflow, input, runId } = run;
      prepared.push(prepareRun(workflow, input as never, { signal, runId }));
    }
  } catch (error) {
    for (const run of prepared) run.drop();
    throw error;
  }
  return prepared;
}

function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
