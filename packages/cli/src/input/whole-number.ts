/** Options that are whole numbers. */
import { usageError } from "../exit-code.ts";

export function wholeNumber(
  option: string,
  text: string,
  { min = 1, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw usageError(`${option} is a whole number ${bounds}, not ${JSON.stringify(text)}.`);
}
