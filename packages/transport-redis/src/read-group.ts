/**
 * Reading for a group: what it has missed, and its next entries, in one transaction. In one script the entries would have to
 * pass through Lua, which costs half of the throughput; in two calls a trimming in between would go unnoticed.
 */
import type { GroupReading, ReadGroupRequest } from "@attune/transport";
import type { Redis } from "ioredis";
import type { EntryReply } from "./entries.ts";
import { type GroupStateReply, noReading, toReading } from "./group-reading.ts";
import type { Keys } from "./keys.ts";
import { sourceOf } from "./scripts.ts";

type ReadReply = [[key: Buffer, entries: EntryReply[]]] | null;

/** Of one stream. To be sent in one write: nothing else may come in between on this connection. */
export async function readGroup(
  client: Redis,
  keys: Keys,
  eventType: string,
  { group, consumer, count }: Omit<ReadGroupRequest, "eventTypes">,
): Promise<GroupReading> {
  const key = keys.stream(eventType);
  // The script with its source each time: were its hash refused, the entries would be delivered all the same.
  const sent = [
    client.callBuffer("MULTI"),
    client.callBuffer("EVAL", sourceOf("group-state"), 1, key, group),
    client.callBuffer("XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", key, ">"),
    client.callBuffer("EXEC"),
  ];
  // A command that is refused before its time is why the transaction is, and its refusal comes first.
  const [, , , replies] = await Promise.all(sent);
  const [state, reply] = replies as [GroupStateReply | Error, ReadReply | Error];
  if (state instanceof Error) throw state;
  if (state[0] === 0) return noReading(eventType);
  if (reply instanceof Error) throw reply;
  return toReading(eventType, consumer, state, reply?.[0][1] ?? []);
}
