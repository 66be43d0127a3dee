/** The names of keys: every event type has its own, and on a Cluster those of one script lie in one slot. */
import keySlot from "cluster-key-slot";
import { describe, expect, it } from "vitest";
import { Keys } from "../src/keys.ts";

const oddNames = [
  "plain",
  "*",
  "?",
  "a:b",
  "a",
  ":b",
  "[x]",
  "{tag}",
  "{}",
  "{",
  "}",
  "}{",
  "a{b}c",
  "%7Btag%7D",
  "%7b",
  "%",
  "%%",
  "%25",
  "%41",
  "A",
  "\\",
  "a\\*",
  "\0",
  "a\0b",
  "line\nbreak\r\n",
  " ",
  "\u{1f916}",
  "e\u0301",
  "\u00e9",
  "\ud7ff\ue000",
  "events:a",
  "event-types",
  "dedupe:a",
  "__proto__",
];
const keys = new Keys("empathy:");

describe("keys", () => {
  it.each(oddNames)("the event type %j comes back unchanged from its key", (name) => {
    expect(keys.eventTypeOf(keys.stream(name))).toBe(name);
  });

  it("no two event types share a key, and none is the key of anything else", () => {
    const all = [...oddNames.map((name) => keys.stream(name)), keys.eventTypes];
    expect(new Set(all).size).toBe(all.length);
  });

  it("an event type of ordinary characters is spelled in its key as it is", () => {
    expect(keys.stream("analysis_complete")).toBe("empathy:events:analysis_complete");
    expect(keys.stream("a:b *[x]\\")).toBe("empathy:events:a:b *[x]\\");
  });

  it.each([...oddNames, "x".repeat(256)])(
    "the dedupe keys of %j lie in the Cluster slot of its stream",
    (name) => {
      const slot = keySlot(keys.stream(name));
      for (const idempotencyKey of ["k", "{other}", "}", "\u{1f916}"]) {
        expect(keySlot(keys.dedupe(name, idempotencyKey))).toBe(slot);
      }
    },
  );

  it.each([...oddNames, "x".repeat(256)])(
    "what is kept beside the groups of %j lies in the Cluster slot of its stream",
    (name) => {
      const slot = keySlot(keys.stream(name));
      for (const group of ["g", "{other}", "}", "\u{1f916}"]) {
        const { stream, handedBack, uncounted } = keys.group(name, group);
        expect([stream, handedBack, uncounted].map((key) => keySlot(key))).toEqual([slot, slot, slot]);
      }
    },
  );

  it("a prefix with a hash tag puts everything into one slot", () => {
    const tagged = new Keys("{fleet}:");
    const slots = [
      tagged.stream("a"),
      tagged.stream("{b}"),
      tagged.dedupe("a", "k"),
      ...Object.values(tagged.group("a", "g")),
      tagged.eventTypes,
      "{fleet}",
    ].map((key) => keySlot(key));
    expect(new Set(slots).size).toBe(1);
  });

  it("dedupe keys differ by event type and by idempotency key, whatever these hold", () => {
    const names = [...oddNames, "a:k", "k"];
    const all = names.flatMap((name) => names.map((idempotencyKey) => keys.dedupe(name, idempotencyKey)));
    expect(new Set(all).size).toBe(all.length);
  });

  it("what is kept beside groups differs by event type and by group, whatever these hold", () => {
    const names = [...oddNames, "a:k", "k"];
    const all = names.flatMap((name) =>
      names.flatMap((group) => {
        const { handedBack, uncounted } = keys.group(name, group);
        return [handedBack, uncounted];
      }),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it("the pattern for streams escapes what the prefix has of wildcards", () => {
    expect(new Keys("a*b?[c]\\:").streamPattern).toBe("a\\*b\\?\\[c\\]\\\\:events:*");
    expect(keys.streamPattern).toBe("empathy:events:*");
  });

  it("the bell's channels are under the prefix, apart from all keys", () => {
    expect(keys.bell("streams")).toBe("empathy:bell:streams");
    expect(oddNames.map((name) => keys.stream(name))).not.toContain(keys.bell("streams"));
  });
});
