/** Dead letters of an archive: what its sink has refused is offered to it again. */
import { Archive } from "@attune/archive";
import { CliError, exitCode } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { makeGivenSink } from "../archive/make-sink.ts";
import { archivePrefix } from "./known-groups.ts";

export async function replayIntoSink(session: Session, group: string, url: string): Promise<void> {
  const { logger } = session;
  const given = await makeGivenSink(session, url);
  await using sink = given.sink;
  const transport = await session.openExisting();
  await sink.open();
  await using archive = new Archive({ transport, sink, name: group.slice(archivePrefix.length), logger });
  const { replayed, left } = await archive.replayDeadLetters();
  if (session.json) session.stdout.json({ group, replayed, left });
  else session.stdout.line(`${replayed} replayed`);
  if (left > 0)
    throw new CliError(exitCode.failed, `${left} are still refused, or were kept without their data.`);
}
