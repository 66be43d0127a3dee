/** What SQLite's result codes mean here. https://www.sqlite.org/rescode.html */
import { AttuneError } from "@attune/transport";

const busy = 5;
const locked = 6;
const corrupt = 11;
const full = 13;
const protocol = 15;
const notADatabase = 26;

/** The primary result code; `undefined` for an error that does not come from SQLite. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

/** Somebody else holds a lock now: to be tried again. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === busy || code === locked || code === protocol;
}

/** The content of the file is not what it should be. */
export function isDamaged(error: unknown): boolean {
  const code = resultCode(error);
  return code === corrupt || code === notADatabase;
}

/** What a caller is told of an error within an operation. */
export function toStoreFailure(error: unknown, location: string): unknown {
  const code = resultCode(error);
  if (error instanceof AttuneError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (code === full)
    return refusal(`The disk is full, or the quota used up: nothing can be stored in ${location}`);
  if (isDamaged(error)) {
    return refusal(
      `The file of ${location} is damaged (${message}): stop its processes, then put a backup in its place or remove it`,
    );
  }
  return refusal(`The store at ${location} failed: ${message}`);

  function refusal(text: string): AttuneError {
    return new AttuneError("ATTUNE_STORE_REFUSED", `${text}.`, { cause: error });
  }
}
