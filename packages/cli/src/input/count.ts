/** `--count`: how many are shown. */
import { wholeNumber } from "./whole-number.ts";

/** Where nothing else is said. */
export const defaultCount = 20;
/** The help of each command that has it says so. */
export const mostCount = 100_000;

export function countIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber("--count", text, { max: mostCount });
}
