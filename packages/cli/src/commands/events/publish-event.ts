/** `attune events publish`. */
import { EventStreamer } from "@attune/streams";
import { jsonValue } from "../../input/json-value.ts";
import type { Session } from "../../session/session.ts";

export interface PublishEventOptions {
  readonly source?: string;
  readonly key?: string;
}

export async function publishEvent(
  session: Session,
  { source, key }: PublishEventOptions,
  [type, text]: readonly string[],
): Promise<void> {
  const data = await jsonValue(session.surroundings, "The data of an event", text);
  const transport = await session.open("write");
  const id = await new EventStreamer({
    transport,
    source: source ?? (session.surroundings.env.ATTUNE_AGENT || "attune"),
  }).publishEvent(type!, data, {
    idempotencyKey: key,
  });
  if (session.json) session.stdout.json({ event_id: id, event_type: type });
  else session.stdout.line(id);
}
