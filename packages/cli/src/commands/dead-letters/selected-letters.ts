/** Which dead letters a command is about. */
import type { DeadLetter, DeadLetterSelection, EventStreamer } from "@attune/streams";
import { checkEventType, checkName, isEntryId } from "@attune/transport";
import { notFound, usageError } from "../../exit-code.ts";

/** From the words of the command line. No ids: all of the group. Throws for what cannot be meant, before anything is sent. */
export function selectionOf(
  group: string,
  ids: readonly string[],
  eventType: string | undefined,
): DeadLetterSelection {
  checkName("The group", group);
  if (eventType !== undefined) checkEventType(eventType);
  for (const id of ids) {
    if (!isEntryId(id)) {
      throw usageError(`An event's id looks like 1763840401123-0, not ${JSON.stringify(id)}.`);
    }
  }
  return {
    group,
    ...(eventType === undefined ? {} : { eventType }),
    ...(ids.length === 0 ? {} : { eventIds: ids }),
  };
}

/** All of them. Throws when one that was named is not there. */
export async function selectedLetters(
  streamer: EventStreamer,
  selection: DeadLetterSelection,
): Promise<DeadLetter[]> {
  const letters = await streamer.listDeadLetters({ ...selection, count: 100_000 });
  const found = new Set(letters.map(({ eventId }) => eventId));
  const missing = selection.eventIds?.find((id) => !found.has(id));
  if (missing === undefined) return letters;
  const { group, eventType } = selection;
  throw notFound(
    `${JSON.stringify(group)} has no dead letter ${JSON.stringify(missing)}${eventType === undefined ? "" : ` of the type ${JSON.stringify(eventType)}`}.`,
    `It may have been replayed or purged. See: attune dead-letters list ${group}`,
  );
}
