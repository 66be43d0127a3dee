/** Values that are given as JSON on the command line, or on stdin. */
import { addAbortSignal, Readable } from "node:stream";
import type { JsonValue } from "@attune/transport";
import { usageError } from "../exit-code.ts";
import type { Session } from "../session/session.ts";

/** `-` reads it from stdin. Left out: `null`. */
export async function jsonValue(
  { surroundings, signal }: Pick<Session, "surroundings" | "signal">,
  what: string,
  text: string | undefined,
): Promise<JsonValue> {
  if (text === undefined) return null;
  const given = text === "-" ? await allOf(surroundings.stdin, signal) : text;
  try {
    return JSON.parse(given, exactly as Parameters<typeof JSON.parse>[1]) as JsonValue;
  } catch (error) {
    throw usageError(
      `${what} is JSON, for example '{"count": 3}' or '"a text"': ${(error as Error).message}`,
    );
  }
}

/** A whole number that would become another one is refused: https://tc39.es/proposal-json-parse-with-source */
function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
  if (!/^-?\d+$/.test(source) || BigInt(source) === BigInt(value)) return value;
  throw new Error(`the number ${source} cannot be kept exactly; write it as a text, "${source}"`);
}

async function allOf(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  let text = "";
  const chunks = stream instanceof Readable ? addAbortSignal(signal, stream) : stream;
  for await (const chunk of chunks.setEncoding("utf8")) text += chunk;
  return text;
}
