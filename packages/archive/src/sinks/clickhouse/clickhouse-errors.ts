/** What an error of ClickHouse, or of the way there, means to an archive. Codes: ErrorCodes.cpp of ClickHouse. */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";

/** Codes that stay as they are until somebody mends something: names, columns, rights. */
const lasting = new Set([
  8, 10, 16, 20, 36, 43, 44, 46, 47, 48, 53, 60, 62, 73, 80, 81, 115, 117, 164, 192, 193, 194, 195, 291, 344,
  392, 393, 469, 497, 516,
]);

const tableExists = 57;

/** `what`: what was tried, as "ClickHouse did not take the batch". */
export function toSinkError(what: string, error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  const code = errorCode(error);
  const text = `${what}: ${brief((error as Error).message)}`;
  const isLasting = (code !== undefined && lasting.has(code)) || isUntrusted(error);
  return isLasting ? sinkRefused(text, error) : sinkUnavailable(text, error);
}

export function isTableExists(error: unknown): boolean {
  return errorCode(error) === tableExists;
}

/** Which row of an insert ClickHouse complains about, from 0; `undefined` where it complains about something else. */
export function badRowOf(error: unknown): { index: number; reason: string } | undefined {
  const { message } = error as Error;
  const row = /\(at row (\d+)\)/.exec(message)?.[1];
  return row === undefined ? undefined : { index: Number(row) - 1, reason: brief(message) };
}

/** Of old servers the client gives only the text. */
function errorCode(error: unknown): number | undefined {
  const { code, message } = error as Error & { code?: unknown };
  const found = /^\d+$/.test(String(code)) ? String(code) : /\bCode: (\d+)\b/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

function isUntrusted(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(String((error as { code?: unknown }).code));
}

/** On one line, without what the server says about its own insides. */
function brief(message: string): string {
  return message
    .replace(/,? e\.what\(\) = .*/s, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
