/** Payloads are opaque: every byte comes back, on every way out of the store. */
import type { Transport } from "@attune/transport";
import { encodeJson } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { bodiesOf, toPost, toTake } from "./mail.ts";
import { toRequest } from "./publish.ts";
import { bucket, toPut } from "./put.ts";
import type { Suite } from "./suite.ts";

/** Stores a text as an event, as a message, as a broadcast and as a record. */
async function store({ streams, mailboxes, records }: Transport, name: string, text: string): Promise<void> {
  await streams.append([toRequest(name, null, { data: text })]);
  await mailboxes.post(toPost({ target: name, type: name, body: text }));
  await mailboxes.post(toPost({ target: null, type: name, body: text }));
  await records.put(toPut(name, text));
}

/** The text again, on every way out of the store. */
async function stored(
  { streams, mailboxes, records }: Transport,
  name: string,
): Promise<(string | undefined)[]> {
  const [entry] = await streams.range({ eventType: name, count: 1, newestFirst: true });
  const [page] = await streams.read(new Map([[name, "0-0"]]), { count: 1, blockMs: 0 });
  const selector = { type: name };
  const listed = await mailboxes.list({ agent: name, selector, count: 10 });
  const request = toTake(name, { wanted: { anyOf: [selector], count: 2 } });
  const taken = await mailboxes.take(request);
  const takenAgain = await mailboxes.take(request);
  await mailboxes.restore(name, request.receipt);
  const restored = await mailboxes.list({ agent: name, selector, count: 10 });
  const [record] = await records.get(bucket, [name]);
  const pageOfRecords = await records.list({ bucket, from: null, count: 10_000 });
  const refused = await records.put(toPut(name, "other", { condition: { absent: true } }));
  return [
    ...[entry!.data, page!.entries[0]!.data],
    ...[listed, taken, takenAgain, restored].flatMap(bodiesOf),
    ...[record!.value, pageOfRecords.records.find(({ key }) => key === name)!.value],
    refused.stored ? "stored" : refused.current!.value,
  ];
}

export function payloads(suite: Suite): void {
  const roundTrip = (title: string, texts: readonly string[]) =>
    suite.test(title, async ({ open }) => {
      const transport = await open();
      for (const [index, data] of texts.entries()) {
        const name = `text-${index}`;
        await store(transport, name, data);
        const texts = await stored(transport, name);
        expect(texts).toHaveLength(13);
        for (const [way, text] of texts.entries()) expect(text === data, `${name}, way ${way}`).toBe(true);
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
      for (const [name, text] of [["ascii", ascii] as const, ["wide", wide] as const]) {
        await store(transport, name, text);
        for (const again of await stored(transport, name)) expect(again === text, name).toBe(true);
      }
      for (const data of [`${ascii} `, `${wide} `]) {
        await expectCode("ATTUNE_PAYLOAD_TOO_LARGE", () =>
          transport.streams.append([toRequest("c", null, { data })]),
        );
        // What a feature puts around a payload has room beside it.
        const beyond = data + "x".repeat(65_536);
        await expectCode("ATTUNE_PAYLOAD_TOO_LARGE", () =>
          transport.mailboxes.post(toPost({ body: beyond })),
        );
        await expectCode("ATTUNE_PAYLOAD_TOO_LARGE", () => transport.records.put(toPut("c", beyond)));
      }
      expect((await transport.streams.list({ thorough: true })).sort()).toEqual(["ascii", "wide"]);
    });
  });
}
