/** `attune events delete`. */
import { EventStreamer } from "@attune/streams";
import { checkEventType } from "@attune/transport";
import { notFound } from "../../exit-code.ts";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";

export async function deleteStream(
  session: Session,
  { yes }: { readonly yes?: boolean },
  [type]: readonly string[],
): Promise<void> {
  checkEventType(type);
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const info = await streamer.getStreamInfo(type!);
  if (!info) throw notFound(`There is no stream of ${JSON.stringify(type)}.`);
  const question = `Delete the stream of ${JSON.stringify(type)} with ${info.length} events from ${transport.location}?`;
  await confirm(session, question, yes);
  const deleted = await streamer.deleteStream(type!);
  if (session.json) session.stdout.json({ event_type: type, deleted });
  else session.stdout.line(deleted ? "deleted" : "somebody else has deleted it meanwhile");
}
