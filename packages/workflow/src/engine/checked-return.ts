/** What a stage returned, looked at before anybody builds on it. */
import { describeIssues } from "@attune/streams";
import { type AttuneError, checkJson } from "@attune/transport";
import type { StageReturn } from "../stage.ts";
import { invalidOutput, type StageIdentity } from "./stage-failure.ts";

export interface CheckedReturn {
  readonly output: unknown;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** The tokens of a return that is not otherwise looked at: they are spent whatever becomes of it. */
export function tokensOf(returned: unknown): Omit<CheckedReturn, "output"> {
  const { tokensIn, tokensOut } = (isObject(returned) ? returned : {}) as Partial<StageReturn>;
  return { tokensIn: isCount(tokensIn) ? tokensIn : 0, tokensOut: isCount(tokensOut) ? tokensOut : 0 };
}

/** Rejects with `ATTUNE_STAGE_OUTPUT_INVALID`. */
export async function checkedReturn(
  returned: unknown,
  identity: StageIdentity,
  attempt: number,
): Promise<CheckedReturn> {
  const invalid = (what: string, cause: unknown): AttuneError =>
    invalidOutput(identity, attempt, what, cause);
  const { validate } = identity.stage;
  if (!isObject(returned) || (returned as Partial<StageReturn>).output === undefined) {
    const what =
      "returned nothing: it must return { output, tokensIn, tokensOut }, the output any JSON value.";
    throw invalid(what, new TypeError(`It returned ${kindOf(returned)}.`));
  }
  const { output, tokensIn = 0, tokensOut = 0 } = returned as StageReturn;
  for (const [name, count] of Object.entries({ tokensIn, tokensOut })) {
    if (isCount(count)) continue;
    throw invalid(
      `returned ${name} that are no whole number of at least 0.`,
      new TypeError(`${name}: ${kindOf(count)}`),
    );
  }
  const fitting = validate ? await fit(validate, output, invalid) : output;
  try {
    checkJson(fitting);
  } catch (error) {
    throw invalid(`returned an output that is not JSON: ${(error as Error).message}`, error);
  }
  return { output: fitting, tokensIn, tokensOut };
}

async function fit(
  schema: NonNullable<StageIdentity["stage"]["validate"]>,
  output: unknown,
  invalid: (what: string, cause: unknown) => AttuneError,
): Promise<unknown> {
  let result: Awaited<ReturnType<(typeof schema)["~standard"]["validate"]>>;
  try {
    result = await schema["~standard"].validate(output);
  } catch (error) {
    throw invalid(`returned an output on which its schema failed: ${String(error)}`, error);
  }
  if (!result.issues) return result.value;
  const issues = describeIssues(result.issues);
  throw invalid(`returned an output that does not fit its schema: ${issues}.`, new TypeError(issues));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === "number") return String(value);
  return typeof value === "object" ? "an object without an output" : `a value of type ${typeof value}`;
}
