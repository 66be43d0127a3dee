/** What a run is given beside its input. */
import { AttuneError } from "@attune/transport";

export interface ExecuteOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Any non-empty text of at most 256 bytes in UTF-8. Default: 22 random characters. */
  readonly runId?: string;
}

/** An input that may be undefined may be left out. */
export type ExecuteArguments<Input> = undefined extends Input
  ? [input?: Input, options?: ExecuteOptions]
  : [input: Input, options?: ExecuteOptions];

export function checkExecuteOptions(options: ExecuteOptions): ExecuteOptions {
  if (typeof options !== "object" || options === null) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      "The options must be an object, for example { signal }.",
      {
        details: { argument: "options" },
      },
    );
  }
  const { signal } = options;
  // Not instanceof: a signal of another realm, or of a polyfill, is as good.
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "signal must be an AbortSignal.", {
      details: { argument: "signal" },
    });
  }
  return options;
}
