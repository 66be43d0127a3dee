import { describe, expect, it } from "vitest";
import { cleanJson, cleanText } from "../src/index.ts";
import { randomNumbers, randomText } from "./random-text.ts";

/** What no text may bring to a terminal, said in another way than the sources say it. */
const acts =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe("cleanText", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u009b31mred", "red"],
    ["\u001b[38:2::1:2:3mred", "red"],
    ["\u001b]0;a title\u0007text", "text"],
    ["\u001b]8;;https://example.org/\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u001bP1$rq\u001b\\text", "text"],
    ["\u001b]0;without an end", "0;without an end"],
    ["\u001b\u001b[31m[2J", "\ufffd[2J"],
    ["a\u001bcb", "ab"],
    ["over\rwritten\b\u0007", "over\ufffdwritten\ufffd\ufffd"],
    ["one\ntwo\r\nthree\tfour", "one two three four"],
    ["gpj\u202e.exe", "gpj\ufffd.exe"],
    ["ad\u200dmin", "ad\ufffdmin"],
    ["agent-1\ufe0f", "agent-1\ufffd"],
    ["half \ud83d", "half \ufffd"],
    ["\u{1f3f4}\u{e0068}\u{e0069}", "\u{1f3f4}\ufffd\ufffd"],
  ])("makes %j %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each(["Grüße, 世界, שלום — fine", "👩‍🚀 👁️‍🗨️ 🏳️‍🌈 👩🏽‍❤️‍💋‍👨🏿 ☎︎ 1️⃣ 🇩🇪 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "می‌خواهم, ශ්‍රී, 葛󠄀"])(
    "leaves ordinary text of any language alone: %s",
    (text) => {
      expect(cleanText(text)).toBe(text);
    },
  );

  it("leaves nothing of any text that could act on a terminal", () => {
    const next = randomNumbers(1);
    for (let round = 0; round < 5000; round++) {
      const text = randomText(next);
      const clean = cleanText(text);
      if (acts.test(clean)) expect.fail(`${JSON.stringify(text)} became ${JSON.stringify(clean)}`);
      expect(cleanText(clean)).toBe(clean);
    }
  });

  it("is not held up by a text made for it", () => {
    const parts = [";#", "\u001b]", "\u001b]a", "\u009d", "\u001b[1;", "\u001bP\u200d", "\u200d", "a\ufe0f"];
    for (const part of parts) {
      // With a step for each pair of characters, each of these would take minutes.
      expect(cleanText(`\u001b${part.repeat(300_000)}\u0001`).endsWith("\ufffd")).toBe(true);
    }
  });
});

describe("cleanJson", () => {
  it("escapes what could act on a terminal, in names too", () => {
    expect(cleanJson('{"a\u009b":"\u007f\u202e\u2028\ufeff\ud800",\r\n\t"é":"\\n👩‍🚀"}')).toBe(
      '{"a\\u009b":"\\u007f\\u202e\\u2028\\ufeff\\ud800",   "é":"\\n👩‍🚀"}',
    );
  });

  it("leaves nothing that could act on a terminal, and the meaning as it is", () => {
    const next = randomNumbers(2);
    for (let round = 0; round < 5000; round++) {
      const value = { [randomText(next)]: [randomText(next), { deep: randomText(next) }] };
      const json = JSON.stringify(value, undefined, round % 3);
      const clean = cleanJson(json);
      if (acts.test(clean)) expect.fail(`${JSON.stringify(json)} became ${JSON.stringify(clean)}`);
      expect(JSON.parse(clean)).toEqual(value);
    }
  });
});
