/** Entry ids among arguments. */
import { describe } from "./arguments.ts";
import { AttuneError } from "./errors.ts";
import { isEntryId } from "./ids.ts";

export function checkEntryId(name: string, value: unknown): void {
  if (isEntryId(value)) return;
  throw new AttuneError(
    "ATTUNE_ARGUMENT_INVALID",
    `${name} must be an entry id like "1700000000000-0", not ${describe(value)}.`,
    { details: { argument: name } },
  );
}
