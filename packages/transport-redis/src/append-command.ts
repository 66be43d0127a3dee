/**
 * XADD with its bytes made here: most of them are the same for every event of a type, and building a command from 14
 * arguments costs ioredis more than all the rest of publishing.
 */
import type { AppendRequest } from "@attune/transport";
import { Command, Redis } from "ioredis";

class XaddCommand extends Command {
  readonly #bytes: string;

  constructor(bytes: string) {
    super("xadd", [], { replyEncoding: "utf8" });
    this.#bytes = bytes;
  }

  override toWritable(): string {
    return this.#bytes;
  }
}

/** Per key and maximum length, everything up to the timestamp. */
const heads = new Map<string, string>();
const maxHeads = 1000;

/** Sends an append. The client may be of another copy of ioredis, or a mock: those get the plain call. */
export function sendAppend(client: Redis, key: string, request: AppendRequest): Promise<string> {
  const { eventType, timestamp, data, source, maxLength } = request;
  if (!(client instanceof Redis)) {
    return (client as Redis).xadd(
      key,
      "MAXLEN",
      "~",
      maxLength,
      "*",
      "event_type",
      eventType,
      "timestamp",
      timestamp,
      "data",
      data,
      "source",
      source,
    ) as Promise<string>;
  }
  const command = new XaddCommand(
    `${headOf(key, eventType, maxLength)}${bulk(timestamp)}$4\r\ndata\r\n${bulk(data)}$6\r\nsource\r\n${bulk(source)}`,
  );
  return client.sendCommand(command) as Promise<string>;
}

function headOf(key: string, eventType: string, maxLength: number): string {
  const name = `${maxLength} ${key}`;
  let head = heads.get(name);
  if (head === undefined) {
    const parts = ["xadd", key, "MAXLEN", "~", String(maxLength), "*", "event_type", eventType, "timestamp"];
    head = `*14\r\n${parts.map(bulk).join("")}`;
    if (heads.size >= maxHeads) heads.clear();
    heads.set(name, head);
  }
  return head;
}

/** A text as a bulk string of the Redis protocol. */
function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
