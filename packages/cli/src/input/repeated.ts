/** What an option means that is said several times. */
import { usageError } from "../exit-code.ts";

/** All of them: `option.argParser(collected)`. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A mistake, where the last would go before the others without a word: `option.argParser(once("--type"))`. */
export function once(option: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before === undefined) return value;
    throw usageError(
      `${option} is said once here, not twice: ${JSON.stringify(before)}, ${JSON.stringify(value)}.`,
    );
  };
}
