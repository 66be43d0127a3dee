/** `attune events publish`. */
import { EventStreamer } from "@attune/streams";
import { checkEventType } from "@attune/transport";
import { jsonValue } from "../../input/json-value.ts";
import { wholeNumber } from "../../input/whole-number.ts";
import { identityOf } from "../../session/identity.ts";
import type { Session } from "../../session/session.ts";

export interface PublishEventOptions {
  readonly source?: string;
  readonly key?: string;
  readonly maxLength?: string;
}

export async function publishEvent(
  session: Session,
  { source: given, key, maxLength }: PublishEventOptions,
  [type, text]: readonly string[],
): Promise<void> {
  const source = identityOf(session, { option: ["--source", given], fallback: () => "attune" });
  checkEventType(type);
  // How long a stream may become is for those to say who publish to it all the time.
  const most = maxLength === undefined ? Number.MAX_SAFE_INTEGER : wholeNumber("--max-length", maxLength);
  const data = await jsonValue(session, "The data of an event", text);
  const transport = await session.openOrMake();
  const streamer = new EventStreamer({ transport, maxLength: most, source });
  const id = await streamer.publishEvent(type!, data, { idempotencyKey: key });
  if (session.json) session.stdout.json({ event_id: id, event_type: type });
  else session.stdout.line(id);
}
