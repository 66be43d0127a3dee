/** What became of a run, as plain data: it has to get out of the process in which it ran. */
import type { CoordinationSignal } from "@attune/signals";
import type { WorkflowResult } from "@attune/workflow";

export interface RunAccount<Output> {
  readonly status: WorkflowResult["status"];
  /** `null`: it did not complete. */
  readonly output: Output | null;
  readonly error: RunError | null;
}

export interface RunError {
  readonly code: string;
  readonly message: string;
  /** The error underneath; `code` is the system's, `ENOENT` for example. */
  readonly cause: { readonly code: string | null; readonly message: string } | null;
  /** The signal that cancelled it. */
  readonly signal: CoordinationSignal | null;
}

export function accountOf<Output>({ status, output, error }: WorkflowResult<Output>): RunAccount<Output> {
  if (!error) return { status, output, error };
  const { code, message, cause } = error;
  const signal = (error.details.signal ?? null) as CoordinationSignal | null;
  return { status, output, error: { code, message, cause: causeOf(cause), signal } };
}

function causeOf(cause: unknown): RunError["cause"] {
  if (!(cause instanceof Error)) return null;
  return { code: "code" in cause ? String(cause.code) : null, message: cause.message };
}
