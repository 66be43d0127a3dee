/** `attune events trim`. */
import { EventStreamer } from "@attune/streams";
import { checkEventType } from "@attune/transport";
import { notFound } from "../../exit-code.ts";
import { wholeNumber } from "../../input/whole-number.ts";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";

export interface TrimStreamOptions {
  readonly keep?: string;
  readonly yes?: boolean;
}

export async function trimStream(
  session: Session,
  { keep = "1000", yes }: TrimStreamOptions,
  [type]: readonly string[],
): Promise<void> {
  const maxLength = wholeNumber("--keep", keep, { min: 0 });
  checkEventType(type);
  const transport = await session.openExisting();
  const streamer = new EventStreamer({ transport });
  const info = await streamer.getStreamInfo(type!);
  if (!info) throw notFound(`There is no stream of ${JSON.stringify(type)}.`);
  const going = Math.max(0, info.length - maxLength);
  const question = `Remove the oldest ${going} of ${info.length} events of ${JSON.stringify(type)} from ${transport.location}?`;
  if (going > 0) await confirm(session, question, yes);
  const removed = going > 0 ? await streamer.trimStream(type!, maxLength) : 0;
  if (session.json) session.stdout.json({ event_type: type, removed });
  else session.stdout.line(`${removed} events removed`);
}
