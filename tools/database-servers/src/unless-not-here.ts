/** For tests that have to be left out, loudly, where a server cannot be had. */
import { NotHereError } from "./not-here-error.ts";

/**
 * The server, or why there is none. Only that there is none at all counts as a reason: a server that is there and does
 * not start is a failure, or a broken test would look like a skipped one.
 */
export async function unlessNotHere<T>(start: () => Promise<T>): Promise<T | string> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof NotHereError)) throw error;
    return error.message;
  }
}
