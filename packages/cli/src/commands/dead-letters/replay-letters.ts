/** `attune dead-letters replay`. */
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { CliError, exitCode, usageError } from "../../exit-code.ts";
import type { Session } from "../../session/session.ts";
import { archivePrefix, knownGroups } from "./known-groups.ts";
import { selectedLetters, selectionOf } from "./selected-letters.ts";

export interface ReplayLettersOptions {
  readonly type?: string;
  readonly to?: string;
}

export async function replayLetters(
  session: Session,
  { type, to }: ReplayLettersOptions,
  [group, ...ids]: readonly string[],
): Promise<void> {
  const selection = selectionOf(group!, ids, type);
  if (to !== undefined) {
    if (!group!.startsWith(archivePrefix)) {
      throw usageError(
        "--to is for the dead letters of an archive: attune dead-letters replay archive:NAME --to URL",
      );
    }
    if (ids.length > 0 || type !== undefined) {
      throw usageError(
        "Into a sink all dead letters of an archive are written again: leave out --type and ids.",
      );
    }
    const { replayIntoSink } = await import("./replay-into-sink.ts");
    return replayIntoSink(session, group!, to);
  }
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const letters = await selectedLetters(streamer, selection);
  if (letters.length > 0) await refuseArchive(transport, group!);
  const replayed = letters.length === 0 ? 0 : await streamer.replayDeadLetters(selection);
  const left = letters.filter(({ rawData }) => rawData === null).length;
  if (session.json) session.stdout.json({ group, replayed, left });
  else session.stdout.line(`${replayed} replayed`);
  if (left > 0) {
    throw new CliError(
      exitCode.failed,
      `${left} cannot be replayed: their data was too large, or no text, and is not kept.`,
    );
  }
}

/** An archive is no group of a stream: nobody would ever read what is given back to it. */
async function refuseArchive(transport: Transport, group: string): Promise<void> {
  if (!group.startsWith(archivePrefix)) return;
  const known = (await knownGroups(transport)).find((each) => each.group === group);
  if (known && known.eventTypes.length > 0) return;
  throw usageError(
    "What an archive gave up goes into its sink again: say which.",
    `attune dead-letters replay ${group} --to URL`,
  );
}
