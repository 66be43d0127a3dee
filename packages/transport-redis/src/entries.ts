/**
 * From replies of the server to entries. Replies are taken as bytes: of the nine texts of an entry six are nearly
 * always the same as the entry's before, and comparing bytes is cheaper than making texts of them.
 */
import type { StreamEntry } from "@attune/transport";

/** An entry as XREAD and XRANGE give it: id, and names and values in turn. */
export type EntryReply = [id: Buffer, fields: Buffer[] | null];

const names = ["event_type", "timestamp", "data", "source"].map((name) => Buffer.from(name)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

/** Texts that repeat from entry to entry. */
class Repeated {
  #bytes = Buffer.alloc(0);
  #text = "";

  textOf(bytes: Buffer): string {
    if (same(bytes, this.#bytes)) return this.#text;
    // A copy: the reply's bytes are a window on a whole chunk of the socket's.
    this.#bytes = Buffer.from(bytes);
    this.#text = bytes.toString();
    return this.#text;
  }
}

export function toEntries(replies: readonly EntryReply[]): StreamEntry[] {
  const eventTypes = new Repeated();
  const sources = new Repeated();
  return replies.map(([idBytes, fields]) => {
    const id = idBytes.toString("latin1");
    // Ours, and those of the Python original: always these four, in this order.
    if (
      fields?.length === 8 &&
      same(fields[0]!, names[0]) &&
      same(fields[2]!, names[1]) &&
      same(fields[4]!, names[2]) &&
      same(fields[6]!, names[3])
    ) {
      return {
        id,
        eventType: eventTypes.textOf(fields[1]!),
        timestamp: fields[3]!.toString(),
        data: fields[5]!.toString(),
        source: sources.textOf(fields[7]!),
      };
    }
    return {
      id,
      eventType: fieldOf(fields, names[0]),
      timestamp: fieldOf(fields, names[1]),
      data: fieldOf(fields, names[2]),
      source: fieldOf(fields, names[3]),
    };
  });
}

function fieldOf(fields: readonly Buffer[] | null, name: Buffer): string | undefined {
  if (!fields) return undefined;
  for (let i = 0; i + 1 < fields.length; i += 2) if (same(fields[i]!, name)) return fields[i + 1]!.toString();
  return undefined;
}

/** These are short: a loop here beats a call into the runtime. */
function same(a: Buffer, b: Buffer): boolean {
  const { length } = a;
  if (length !== b.length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
