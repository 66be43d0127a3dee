/** Payloads are opaque: every byte comes back, on every way out of the store. */
import type { Transport } from "@attune/transport";
import { encodeJson } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

/** The data of the one entry of a stream, by a range and by a read. */
async function stored({ streams }: Transport, eventType: string): Promise<(string | undefined)[]> {
  const [entry] = await streams.range({ eventType, count: 1, newestFirst: true });
  const [page] = await streams.read(new Map([[eventType, "0-0"]]), { count: 1, blockMs: 0 });
  return [entry!.data, page!.entries[0]!.data];
}

export function payloads(suite: Suite): void {
  const roundTrip = (title: string, texts: readonly string[]) =>
    suite.test(title, async ({ open }) => {
      const transport = await open();
      for (const [index, data] of texts.entries()) {
        const eventType = `type-${index}`;
        await transport.streams.append([toRequest(eventType, null, { data })]);
        for (const text of await stored(transport, eventType)) expect(text === data, eventType).toBe(true);
      }
    });

  suite.concern("payloads", () => {
    roundTrip("what JSON codecs of stores tend to alter comes back byte for byte", [
      encodeJson(JSON.parse('{"a":[],"n":9007199254740991,"__proto__":{"x":1},"u":"\\u0000😀"}'), {
        maxPayloadBytes: 1000,
        maxPayloadDepth: 10,
      }),
      '{"a":{},"b":[],"c":[[]],"d":1.0,"e":1e400,"f":-0,"g":9007199254740993,"h":0.1}',
      '{"a":1,"a":2,"":3}',
      ' { "spaces" : [ 1 , 2 ] } ',
      `${"[".repeat(1500)}${"]".repeat(1500)}`,
    ]);

    roundTrip("lone surrogates survive, escaped as encodeJson writes them", [
      encodeJson(["\ud800", "\udfff", "a\ud83d", "\ude00\ud83d"], {
        maxPayloadBytes: 1000,
        maxPayloadDepth: 10,
      }),
    ]);

    roundTrip("control characters, line ends and every plane of Unicode come back", [
      "\r\n$5\r\nhello\r\n",
      "\u0000\u0001\u001f\u007f\u0080\u2028\u2029\ufeff\ufffd\uffff",
      "äöü €😀 \u{10ffff} \u202e e\u0301",
      "*3\r\n$3\r\nDEL\r\n",
    ]);

    roundTrip("texts that a store could take for a number or for nothing stay texts", [
      ...["", "0", "00", "1e3", "-0", "null", "undefined", "false", '""', "9007199254740993", "0x10", " "],
    ]);

    suite.test("empty sources and timestamps come back empty, not missing", async ({ open }) => {
      const { streams } = await open();
      await streams.append([toRequest("a", "", { source: "", timestamp: "" })]);
      const [entry] = await streams.range({ eventType: "a", count: 1, newestFirst: false });
      expect(entry).toMatchObject({ data: '""', source: "", timestamp: "" });
    });

    suite.test("the field contents are kept apart, whatever they hold", async ({ open }) => {
      const { streams } = await open();
      const odd = { source: "data", timestamp: "source\u0000event_type", data: '"timestamp"' };
      await streams.append([toRequest("event_type", null, odd)]);
      const [entry] = await streams.range({ eventType: "event_type", count: 1, newestFirst: false });
      expect(entry).toMatchObject({ eventType: "event_type", ...odd });
    });

    suite.test("a payload of exactly the limit is stored, one byte more is refused", async ({ open }) => {
      const transport = await open({ maxPayloadBytes: 1_048_576 });
      const ascii = JSON.stringify("x".repeat(1_048_574));
      const wide = JSON.stringify(`${"€".repeat(349_524)}xx`);
      expect([ascii, wide].map((text) => Buffer.byteLength(text))).toEqual([1_048_576, 1_048_576]);
      await transport.streams.append([
        toRequest("ascii", null, { data: ascii }),
        toRequest("wide", null, { data: wide }),
      ]);
      for (const text of await stored(transport, "ascii")) expect(text === ascii).toBe(true);
      for (const text of await stored(transport, "wide")) expect(text === wide).toBe(true);
      for (const data of [`${ascii} `, `${wide} `]) {
        await expectCode("ATTUNE_PAYLOAD_TOO_LARGE", () =>
          transport.streams.append([toRequest("c", null, { data })]),
        );
      }
      expect((await transport.streams.list({ thorough: true })).sort()).toEqual(["ascii", "wide"]);
    });
  });
}
