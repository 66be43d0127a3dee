/** The errors of sinks, in one form. */
import { AttuneError } from "@attune/transport";

/** Trying again later may help. `what` is a sentence without its full stop. */
export function sinkUnavailable(what: string, cause?: unknown): AttuneError {
  return new AttuneError("ATTUNE_SINK_UNAVAILABLE", `${what}.`, { cause });
}

/** Trying again will not help. `what` is a sentence without its full stop. */
export function sinkRefused(what: string, cause?: unknown): AttuneError {
  return new AttuneError("ATTUNE_SINK_REFUSED", `${what}.`, { cause });
}

/**
 * What a client throws when it is made: no waiting makes a good URL of a bad one. The error itself is not passed on as the cause, since
 * that of `new URL` holds the URL, and with it the password.
 */
export function notItsUrl(store: string, error: unknown): AttuneError {
  return new AttuneError(
    "ATTUNE_URL_INVALID",
    `${store}'s client does not take this URL: ${(error as Error).message}.`,
  );
}

export function isSinkUnavailable(error: unknown): error is AttuneError {
  return error instanceof AttuneError && error.code === "ATTUNE_SINK_UNAVAILABLE";
}
