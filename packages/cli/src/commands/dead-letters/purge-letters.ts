/** `attune dead-letters purge`. */
import { EventStreamer } from "@attune/streams";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";
import { selectedLetters, selectionOf } from "./selected-letters.ts";

export interface PurgeLettersOptions {
  readonly type?: string;
  readonly yes?: boolean;
}

export async function purgeLetters(
  session: Session,
  { type, yes }: PurgeLettersOptions,
  [group, ...ids]: readonly string[],
): Promise<void> {
  const selection = selectionOf(group!, ids, type);
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const { length } = await selectedLetters(streamer, selection);
  const question = `Forget ${length} dead ${length === 1 ? "letter" : "letters"} of ${JSON.stringify(group)} in ${transport.location}?`;
  if (length > 0) await confirm(session, question, yes);
  const purged = length === 0 ? 0 : await streamer.purgeDeadLetters(selection);
  if (session.json) session.stdout.json({ group, purged });
  else session.stdout.line(`${purged} purged`);
}
