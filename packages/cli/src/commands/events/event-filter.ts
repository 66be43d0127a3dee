/** `--grep`. */
import type { StreamEvent } from "@attune/streams";
import { usageError } from "../../exit-code.ts";

export type EventFilter = (event: StreamEvent) => boolean;

export function eventFilter(pattern: string): EventFilter {
  const regexp = compile(pattern);
  return ({ eventType, source, rawData }) => regexp.test(`${eventType} ${source} ${rawData}`);
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (error) {
    throw usageError(`--grep is a regular expression of JavaScript: ${(error as Error).message}`);
  }
}
