/** What an error of PostgreSQL, or of the way there, means to an archive. Codes: SQLSTATE, PostgreSQL's appendix A. */
import { AttuneError } from "@attune/transport";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";

/** Classes of states that stay as they are until somebody mends something: rights, names, tables, the connection's data. */
const lasting = new Set(["0A", "22", "23", "28", "2F", "3D", "3F", "42", "44", "54"]);

/** As Node and OpenSSL call certificates that are not trusted. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/** `what`: what was tried, as "PostgreSQL did not take the batch". */
export function toSinkError(what: string, error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  const { message, code } = error as Error & { code?: unknown };
  const text = `${what}: ${typeof code === "string" ? `${message} (${code})` : message}`;
  return isLasting(error) ? sinkRefused(text, error) : sinkUnavailable(text, error);
}

/** Whether it is about the values of a row: one that cannot be stored, or is too large for the store. */
export function isAboutValues(error: unknown): boolean {
  const state = sqlState(error);
  // 22: data exception. 54: program limit exceeded. 23: a constraint that somebody has added to the table.
  return state !== undefined && ["22", "23", "54"].includes(state.slice(0, 2));
}

function isLasting(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return lasting.has(state.slice(0, 2));
  const { message, code } = error as Error & { code?: unknown };
  return (
    untrusted.test(String(code)) || message.startsWith("SASL") || message.includes("does not support SSL")
  );
}

/** Five letters and digits; system errors ("ECONNRESET") are longer. */
function sqlState(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && code !== "EPIPE" ? code : undefined;
}
