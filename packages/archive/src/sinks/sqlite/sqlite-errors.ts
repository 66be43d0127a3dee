/** What SQLite's result codes mean for a sink. https://www.sqlite.org/rescode.html */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";

const busyCodes = [5, 6, 15];
/** Busy, I/O error, full disk, out of memory, interrupted: these may pass. */
const passingCodes = [...busyCodes, 7, 9, 10, 13];
const cannotOpen = 14;

/** The primary result code; `undefined` for an error that does not come from SQLite. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

/** Somebody else holds a lock now: to be tried again. */
export function isBusy(error: unknown): boolean {
  return busyCodes.includes(resultCode(error) ?? -1);
}

/** Too long for SQLite, or for what it was built with. */
export function isTooBig(error: unknown): boolean {
  return resultCode(error) === 18;
}

export function toSinkError(error: unknown, location: string): AttuneError {
  if (error instanceof AttuneError) return error;
  const code = resultCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== undefined && passingCodes.includes(code)) {
    return sinkUnavailable(`Nothing can be stored in ${location}: ${message}`, error);
  }
  if (code === cannotOpen) return sinkUnavailable(`${location} cannot be opened: ${message}`, error);
  return sinkRefused(`${location} refuses: ${message}`, error);
}
