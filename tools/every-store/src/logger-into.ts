/** A logger for tests. */
import type { Logger } from "@attune/transport";

/** Keeps warnings and errors. */
export function loggerInto(warnings: string[]): Logger {
  const keep = (message: string) => void warnings.push(message);
  return { debug: () => {}, info: () => {}, warn: keep, error: keep };
}
