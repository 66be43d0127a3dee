/** What a stage returned, looked at before anybody builds on it. */
import { describeIssues } from "@attune/streams";
import { checkJson } from "@attune/transport";
import type { StageReturn } from "../stage.ts";
import { type AttemptIdentity, invalidOutput } from "./stage-failure.ts";
import { wordsOf } from "./words-of.ts";

export interface CheckedReturn {
  readonly output: unknown;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/**
 * Rejects with `ATTUNE_STAGE_OUTPUT_INVALID`. `spent` is called as soon as the tokens are known: whatever becomes of the
 * output, they are spent.
 */
export async function checkedReturn(
  returned: unknown,
  identity: AttemptIdentity,
  spent: (tokens: Omit<CheckedReturn, "output">) => void,
): Promise<CheckedReturn> {
  const { output, tokensIn, tokensOut } = read(returned, identity);
  for (const [name, count] of Object.entries({ tokensIn, tokensOut })) {
    if (isCount(count)) continue;
    const what = `returned ${name} that are no whole number of at least 0.`;
    throw invalidOutput(identity, what, new TypeError(`${name} is ${kindOf(count)}.`));
  }
  spent({ tokensIn, tokensOut });
  const { validate } = identity.stage;
  const fitting = validate ? await fit(validate, output, identity) : output;
  try {
    checkJson(fitting);
  } catch (error) {
    throw invalidOutput(identity, `returned an output that is not JSON: ${wordsOf(error)}`, error);
  }
  return { output: fitting, tokensIn, tokensOut };
}

/** Each field once: an object may give another value each time it is asked. */
function read(returned: unknown, identity: AttemptIdentity): CheckedReturn {
  let fields: Partial<StageReturn> = {};
  try {
    if (typeof returned === "object" && returned !== null) {
      const { output, tokensIn, tokensOut } = returned as Partial<StageReturn>;
      fields = { output, tokensIn, tokensOut };
    }
  } catch (error) {
    throw invalidOutput(identity, `returned an object that cannot be read: ${wordsOf(error)}`, error);
  }
  const { output, tokensIn = 0, tokensOut = 0 } = fields;
  if (output !== undefined) return { output, tokensIn, tokensOut };
  const what = "returned nothing: it must return { output, tokensIn, tokensOut }, the output any JSON value.";
  throw invalidOutput(identity, what, new TypeError(`It returned ${kindOf(returned)}.`));
}

async function fit(
  schema: NonNullable<AttemptIdentity["stage"]["validate"]>,
  output: unknown,
  identity: AttemptIdentity,
): Promise<unknown> {
  let issues: string;
  try {
    const result = await schema["~standard"].validate(output);
    if (!result.issues) return result.value;
    issues = describeIssues(result.issues);
  } catch (error) {
    throw invalidOutput(identity, `returned an output on which its schema failed: ${wordsOf(error)}`, error);
  }
  const what = `returned an output that does not fit its schema: ${issues}.`;
  throw invalidOutput(identity, what, new TypeError(issues));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === "number") return String(value);
  return typeof value === "object" ? "an object without an output" : `a value of type ${typeof value}`;
}
