/** From ioredis's errors to ours. */
import { AttuneError } from "@attune/transport";

/** Replies that say "not now" rather than "no": the server is starting, failing over, or busy with a script. */
const notNow = new Set(["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "UNBLOCKED"]);

export function toAttuneError(error: unknown, location: string): AttuneError {
  if (error instanceof AttuneError) return error;
  // A mistake in our own code is not an outage, and must not be tried again as one.
  if (error instanceof RangeError || error instanceof TypeError) throw error;
  forgetCommand(error);
  const message = error instanceof Error ? error.message : String(error);
  const code = replyCode(error);
  if (code !== undefined && !notNow.has(code)) {
    return new AttuneError("ATTUNE_STORE_REFUSED", `The Redis at ${location} refused: ${message}`, {
      cause: error,
      details: { reply: code },
    });
  }
  return new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", `The Redis at ${location} is away: ${message}.`, {
    cause: error,
  });
}

/** The first word of an error reply of the server; `undefined` for anything that is not a reply. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "ReplyError") return undefined;
  return /^([A-Z]+)/.exec(error.message)?.[1] ?? "ERR";
}

/**
 * ioredis hangs the command with all its arguments on an error: payloads, and for AUTH the password. Whoever logs the
 * error with its cause would log those.
 */
export function forgetCommand(error: unknown): void {
  if (typeof error === "object" && error !== null && "command" in error) delete error.command;
}
