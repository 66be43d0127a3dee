/** Values that are given as JSON on the command line, or on stdin. */
import type { JsonValue } from "@attune/transport";
import { usageError } from "../exit-code.ts";
import type { Surroundings } from "../session/surroundings.ts";

/** `-` reads it from stdin. Left out: `null`. */
export async function jsonValue(
  { stdin }: Surroundings,
  what: string,
  text: string | undefined,
): Promise<JsonValue> {
  if (text === undefined) return null;
  const given = text === "-" ? await allOf(stdin) : text;
  try {
    return JSON.parse(given) as JsonValue;
  } catch (error) {
    throw usageError(
      `${what} is JSON, for example '{"count": 3}' or '"a text"': ${(error as Error).message}`,
    );
  }
}

async function allOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  return text;
}
