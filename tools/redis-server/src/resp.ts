/** The two halves of the Redis protocol (RESP2) that a test needs: a command as bytes, and a reply from bytes. */

/** Strings are UTF-8; an error inside an array is an Error object, an error as the whole reply too. */
export type RedisReply = string | number | null | Error | RedisReply[];

export function encodeCommand(args: (string | number)[]): string {
  const parts = args.map(String).map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
  return `*${args.length}\r\n${parts.join("")}`;
}

/** The first reply in the buffer and where it ends; undefined as long as it is not complete. */
export function decodeReply(buffer: Buffer, start = 0): { reply: RedisReply; end: number } | undefined {
  const lineEnd = buffer.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = buffer.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  const type = String.fromCharCode(buffer[start]!);
  switch (type) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new Error(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$": {
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      if (buffer.length < end + length + 2) return undefined;
      return { reply: buffer.toString("utf8", end, end + length), end: end + length + 2 };
    }
    case "*":
      return decodeArray(buffer, Number(line), end);
    default:
      throw new Error(`not a Redis reply: ${JSON.stringify(type + line.slice(0, 80))}`);
  }
}

function decodeArray(
  buffer: Buffer,
  length: number,
  start: number,
): { reply: RedisReply; end: number } | undefined {
  if (length < 0) return { reply: null, end: start };
  const items: RedisReply[] = [];
  let end = start;
  while (items.length < length) {
    const item = decodeReply(buffer, end);
    if (!item) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}
