/** Errors on their way between processes, where they would lose their class and their properties. */
import { AttuneError, type ErrorCode } from "@attune/transport";

export interface SentError {
  /** Keeps its message, stack and cause. */
  readonly error: unknown;
  /** `code`, `details` and whatever else it was given. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly isAttuneError: boolean;
}

export function toSentError(error: unknown): SentError {
  const properties = error instanceof Error ? { ...error } : {};
  return { error, properties, isAttuneError: error instanceof AttuneError };
}

export function fromSentError({ error, properties, isAttuneError }: SentError): unknown {
  if (!(error instanceof Error)) return error;
  if (!isAttuneError) return Object.assign(error, properties);
  const { code, details } = properties as { code: ErrorCode; details: Readonly<Record<string, unknown>> };
  const attuneError = new AttuneError(code, error.message, { details, cause: error.cause });
  // Where it came about: in the other process.
  if (error.stack !== undefined) attuneError.stack = error.stack;
  return attuneError;
}
