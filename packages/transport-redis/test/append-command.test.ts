/** The prepared XADD: the same bytes as ioredis's own, for every text. */
import type { AppendRequest } from "@attune/transport";
import { Command, Redis } from "ioredis";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sendAppend } from "../src/append-command.ts";
import { Keys } from "../src/keys.ts";
import { toRequest } from "./opened.ts";

const keys = new Keys("empathy:");
const client = new Redis({ lazyConnect: true });

/** What would go to the server, taken instead of being sent. */
function bytesOf(key: string, request: AppendRequest): Buffer {
  const send = vi.spyOn(client, "sendCommand").mockResolvedValue("1-0");
  void sendAppend(client, key, request);
  const [command] = send.mock.lastCall!;
  return toBytes(command);
}

function toBytes(command: Command): Buffer {
  return Buffer.from(command.toWritable({} as never) as string);
}

function ownBytesOf(key: string, { maxLength, eventType, timestamp, data, source }: AppendRequest): Buffer {
  const args = ["event_type", eventType, "timestamp", timestamp, "data", data, "source", source];
  return toBytes(new Command("xadd", [key, "MAXLEN", "~", maxLength, "*", ...args]));
}

afterEach(() => void vi.restoreAllMocks());

describe("the append command", () => {
  const texts = [
    "",
    "a",
    '{"n":1}',
    "é",
    "日本語",
    "\u{1f916}",
    "a\r\nb",
    "$4\r\ndata\r\n",
    "\0",
    "x".repeat(70_000),
  ];

  it.each(texts.map((text) => [text.slice(0, 20), text]))("has ioredis's own bytes for %j", (_, text) => {
    const request = toRequest(text || "a", text, { data: text, source: text, timestamp: text });
    const key = keys.stream(text || "a");
    expect(bytesOf(key, request)).toEqual(ownBytesOf(key, request));
  });

  it("has them again when its head was prepared before, whatever else changed", () => {
    for (const [data, source] of [
      ["1", "s"],
      ["é", ""],
      ["", "t"],
    ] as const) {
      const request = toRequest("again", 0, { data, source });
      expect(bytesOf(keys.stream("again"), request)).toEqual(ownBytesOf(keys.stream("again"), request));
    }
  });

  it("keeps maximum lengths and event types apart", () => {
    for (const maxLength of [1, 11, Number.MAX_SAFE_INTEGER]) {
      for (const eventType of ["a", "1 a", "1"]) {
        const request = toRequest(eventType, 0, { maxLength });
        const key = keys.stream(eventType);
        expect(bytesOf(key, request)).toEqual(ownBytesOf(key, request));
      }
    }
  });

  it("has the right bytes after more event types than it remembers", () => {
    for (let n = 0; n < 2100; n++) {
      const request = toRequest(`many-${n % 1050}`, n);
      const key = keys.stream(request.eventType);
      if (n % 50 === 0) expect(bytesOf(key, request)).toEqual(ownBytesOf(key, request));
      else bytesOf(key, request);
    }
  });

  it("a client that is no ioredis 5 of ours gets the plain call", async () => {
    const xadd = vi.fn(async () => "1-0");
    const request = toRequest("a", { n: 1 }, { maxLength: 5 });
    expect(await sendAppend({ xadd } as unknown as Redis, "key", request)).toBe("1-0");
    expect(xadd.mock.calls).toEqual([
      [
        "key",
        "MAXLEN",
        "~",
        5,
        "*",
        "event_type",
        "a",
        "timestamp",
        request.timestamp,
        "data",
        request.data,
        "source",
        "test",
      ],
    ]);
  });
});
