/** What the process ends with. The README lists the same. */
import { AttuneError, type ErrorCode } from "@attune/transport";

export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  storeUnavailable: 3,
  notFound: 4,
  timedOut: 124,
  /** As shells say it of a process that a signal has ended: SIGHUP, SIGINT (Ctrl-C), SIGTERM. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** An end of a command that its user is told in one sentence. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;
  /** What to do, on lines of their own. */
  readonly advice: readonly string[];

  constructor(code: ExitCode, message: string, advice: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.exitCode = code;
    this.advice = advice;
  }
}

/** What was given on the command line cannot be meant. */
export function usageError(message: string, ...advice: string[]): CliError {
  return new CliError(exitCode.usage, message, advice);
}

export function notFound(message: string, ...advice: string[]): CliError {
  return new CliError(exitCode.notFound, message, advice);
}

const mistakes: readonly ErrorCode[] = [
  "ATTUNE_ARGUMENT_INVALID",
  "ATTUNE_CURSOR_INVALID",
  "ATTUNE_EVENT_TYPE_INVALID",
  "ATTUNE_PAYLOAD_NOT_JSON",
  "ATTUNE_PAYLOAD_TOO_DEEP",
  "ATTUNE_PAYLOAD_TOO_LARGE",
  "ATTUNE_URL_INVALID",
];

const noStore: readonly ErrorCode[] = [
  "ATTUNE_TRANSPORT_UNAVAILABLE",
  "ATTUNE_STORE_REFUSED",
  "ATTUNE_ADAPTER_MISSING",
  "ATTUNE_FILE_INVALID",
  "ATTUNE_FILE_NEWER",
  "ATTUNE_FILE_NO_ACCESS",
  "ATTUNE_FILE_ON_NETWORK",
  "ATTUNE_NODE_TOO_OLD",
  "ATTUNE_SINK_UNAVAILABLE",
];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (!(error instanceof AttuneError)) return exitCode.failed;
  if (noStore.includes(error.code)) return exitCode.storeUnavailable;
  return mistakes.includes(error.code) ? exitCode.usage : exitCode.failed;
}
