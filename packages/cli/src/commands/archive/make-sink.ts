/** The sink of a URL that was given on the command line. */
import { resolve } from "node:path";
import { makeSink, type Sink } from "@attune/archive";
import type { Session } from "../../session/session.ts";

export interface GivenSink {
  readonly sink: Sink;
  /** Of a sink that is one; absolute. */
  readonly file: string | undefined;
}

/** Not opened yet: that would make its folder, file or tables. */
export async function makeGivenSink({ logger, surroundings }: Session, url: string): Promise<GivenSink> {
  const [, scheme, path] = /^(jsonl:|sqlite:|duckdb:)(.+)$/is.exec(url) ?? [];
  if (scheme === undefined || path === undefined || path === ":memory:") {
    return { sink: await makeSink(url, { logger }), file: undefined };
  }
  const file = resolve(surroundings.cwd, path);
  return { sink: await makeSink(scheme + file, { logger }), file };
}
