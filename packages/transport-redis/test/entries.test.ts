/** Entries out of the bytes of a reply. */
import { describe, expect, it } from "vitest";
import { type EntryReply, toEntries } from "../src/entries.ts";

const reply = (id: string, ...fields: (string | Buffer)[]): EntryReply => [
  Buffer.from(id),
  fields.map((field) => Buffer.from(field as string)),
];
const ours = ["event_type", "a", "timestamp", "t", "data", '{"n":1}', "source", "s"];

describe("toEntries", () => {
  it("takes the four fields as this package and the Python original write them", () => {
    expect(toEntries([reply("1-0", ...ours)])).toEqual([
      { id: "1-0", eventType: "a", timestamp: "t", data: '{"n":1}', source: "s" },
    ]);
  });

  it("takes them in any other order", () => {
    const fields = ["source", "s", "data", '{"n":1}', "timestamp", "t", "event_type", "a"];
    expect(toEntries([reply("1-0", ...fields)])).toEqual(toEntries([reply("1-0", ...ours)]));
  });

  it.each([
    ["event_type", "eventType"],
    ["timestamp", "timestamp"],
    ["data", "data"],
    ["source", "source"],
  ])("an entry without %s has undefined there, and the others", (missing, property) => {
    const index = ours.indexOf(missing);
    const [entry] = toEntries([reply("1-0", ...ours.slice(0, index), ...ours.slice(index + 2))]);
    expect(entry).toEqual({ ...toEntries([reply("1-0", ...ours)])[0], [property]: undefined });
  });

  it("leaves out fields of others, wherever they stand", () => {
    const expected = toEntries([reply("1-0", ...ours)]);
    expect(toEntries([reply("1-0", ...ours, "trace", "x")])).toEqual(expected);
    expect(toEntries([reply("1-0", "trace", "x", ...ours)])).toEqual(expected);
    expect(toEntries([reply("1-0", ...ours.slice(0, 4), "data2", "x", ...ours.slice(4))])).toEqual(expected);
  });

  it("of a field that occurs twice the first counts", () => {
    const fields = ["event_type", "a", "event_type", "b", "data", "1", "data", "2"];
    expect(toEntries([reply("1-0", ...fields)])).toMatchObject([{ eventType: "a", data: "1" }]);
  });

  it("a field's value is never taken for a name", () => {
    const fields = ["note", "data", "data", "1", "x", "source"];
    expect(toEntries([reply("1-0", ...fields)])).toMatchObject([{ data: "1", source: undefined }]);
  });

  it("names are compared exactly", () => {
    const fields = ["Data", "1", "data ", "2", "dat", "3", "event_type\0", "4"];
    expect(toEntries([reply("1-0", ...fields)])).toMatchObject([{ data: undefined, eventType: undefined }]);
  });

  it("an entry whose fields the server does not know any more has only its id", () => {
    const nothing = { eventType: undefined, timestamp: undefined, data: undefined, source: undefined };
    expect(toEntries([[Buffer.from("1-0"), null], reply("2-0")])).toEqual([
      { id: "1-0", ...nothing },
      { id: "2-0", ...nothing },
    ]);
  });

  it("bytes that are not UTF-8 become replacement characters, in any field", () => {
    const broken = Buffer.from([0x61, 0xff, 0xfe]);
    const [entry] = toEntries([
      reply("1-0", "event_type", broken, "timestamp", broken, "data", broken, "source", broken),
    ]);
    expect(entry).toEqual({
      id: "1-0",
      eventType: "a\ufffd\ufffd",
      timestamp: "a\ufffd\ufffd",
      data: "a\ufffd\ufffd",
      source: "a\ufffd\ufffd",
    });
  });

  it("texts of any language, empty ones and NUL come through", () => {
    for (const text of ["", "\0", "é", "\u{1f916}", "日本語", "\ufeffmark"]) {
      const [entry] = toEntries([
        reply("1-0", "event_type", text, "timestamp", text, "data", text, "source", text),
      ]);
      expect(entry).toEqual({ id: "1-0", eventType: text, timestamp: text, data: text, source: text });
    }
  });

  it("texts that repeat and change from entry to entry are each entry's own", () => {
    const sources = ["s", "s", "", "t", "t", "s", "ss"];
    const replies = sources.map((source, n) =>
      reply(`${n + 1}-0`, "event_type", "a", "timestamp", "t", "data", "1", "source", source),
    );
    expect(toEntries(replies).map((entry) => entry.source)).toEqual(sources);
  });

  it("a text stays what it was when the reply's bytes are used again", () => {
    const replies = [reply("1-0", ...ours), reply("2-0", ...ours)];
    const [first] = toEntries(replies.slice(0, 1));
    for (const field of replies[0]![1]!) field.fill(0x78);
    expect(first).toMatchObject({ eventType: "a", source: "s" });
  });

  it("no replies, no entries", () => {
    expect(toEntries([])).toEqual([]);
  });
});
