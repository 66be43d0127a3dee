/** The two errors of a sink, in one form. */
import { AttuneError } from "@attune/transport";

/** Trying again later may help. `what` is a sentence without its full stop. */
export function sinkUnavailable(what: string, cause?: unknown): AttuneError {
  return new AttuneError("ATTUNE_SINK_UNAVAILABLE", `${what}.`, { cause });
}

/** Trying again will not help. `what` is a sentence without its full stop. */
export function sinkRefused(what: string, cause?: unknown): AttuneError {
  return new AttuneError("ATTUNE_SINK_REFUSED", `${what}.`, { cause });
}

export function isSinkUnavailable(error: unknown): error is AttuneError {
  return error instanceof AttuneError && error.code === "ATTUNE_SINK_UNAVAILABLE";
}
