/** Opens a sink that is looked at only: none is made where there is none. */
import { existsSync } from "node:fs";
import type { Sink } from "@attune/archive";
import { CliError, exitCode } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { makeGivenSink } from "./make-sink.ts";

export async function sinkToRead(session: Session, url: string): Promise<Sink> {
  const { sink, file } = await makeGivenSink(session, url);
  if (file === undefined || existsSync(file)) return sink;
  await sink.close();
  throw new CliError(exitCode.storeUnavailable, `There is no archive at ${sink.location}.`, [
    "The first `attune archive --to` makes it.",
  ]);
}
