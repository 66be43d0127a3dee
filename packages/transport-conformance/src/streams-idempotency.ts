/** Idempotency keys: the same key in the same stream stores once and gives the first id. */
import { expect } from "vitest";
import { numbers, publish, toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function streamsIdempotency(suite: Suite): void {
  suite.concern("idempotency keys", () => {
    suite.test("the same key again gives the first id and stores nothing", async ({ open }) => {
      const transport = await open();
      const [first] = await publish(transport, "a", ["first"], { idempotencyKey: "k" });
      const [again] = await publish(transport, "a", ["again"], { idempotencyKey: "k" });
      expect(again).toBe(first);
      const entries = await transport.streams.range({ eventType: "a", count: 10, newestFirst: false });
      expect(entries).toMatchObject([{ id: first, data: '"first"' }]);
    });

    suite.test(
      "fifty that race with one key, from two transports, store one entry and all get its id",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const ids = await Promise.all(
          numbers(1, 50).map((value) =>
            publish(value % 2 ? one : other, "a", [value], { idempotencyKey: "k" }),
          ),
        );
        const entries = await one.streams.range({ eventType: "a", count: 100, newestFirst: false });
        expect(entries).toHaveLength(1);
        expect(new Set(ids.flat())).toEqual(new Set([entries[0]!.id]));
      },
    );

    suite.test(
      "a key that occurs twice in a batch stores once, and what has none is always stored",
      async ({ open }) => {
        const { streams } = await open();
        const key = { idempotencyKey: "k" };
        const ids = await streams.append([
          toRequest("a", 1, key),
          toRequest("a", 2),
          toRequest("a", 3, key),
          toRequest("a", 4),
        ]);
        expect(ids[2]).toBe(ids[0]);
        const entries = await streams.range({ eventType: "a", count: 10, newestFirst: false });
        expect(entries.map((entry) => entry.data)).toEqual(["1", "2", "4"]);
        expect(entries.map((entry) => entry.id)).toEqual([ids[0], ids[1], ids[3]]);
      },
    );

    suite.test("a key counts for its own stream only", async ({ open }) => {
      const { streams } = await open();
      // Joined with a separator, several of these would be one and the same.
      const pairs = [
        ["a", "b:c"],
        ["a:b", "c"],
        ["a:b:c", ""],
        ["a", "b"],
        ["b", "a"],
        ["a b", "c"],
        ["a", "b c"],
        ["a%3Ab", "c"],
        ["a\u0000b", "c"],
        ["a", "b\u0000c"],
      ].filter(([, key]) => key !== "");
      for (const [eventType, idempotencyKey] of pairs) {
        await streams.append([toRequest(eventType!, [eventType, idempotencyKey], { idempotencyKey })]);
      }
      const states = await streams.states([...new Set(pairs.map(([eventType]) => eventType!))]);
      const stored = states.reduce((sum, state) => sum + state.length, 0);
      expect(stored).toBe(pairs.length);
    });

    suite.test("keys of any text are kept apart", async ({ open }) => {
      const transport = await open();
      const keys = [
        "*",
        "[x]",
        "{tag}",
        "{}",
        " ",
        "\u0000",
        "😀",
        "%41",
        "A",
        "a",
        "__proto__",
        "0",
        "é",
        "e\u0301",
      ];
      const long = "x".repeat(511);
      keys.push(`${long}1`, `${long}2`);
      const ids = [];
      for (const idempotencyKey of keys)
        ids.push(...(await publish(transport, "a", [1], { idempotencyKey })));
      expect(new Set(ids).size).toBe(keys.length);
      const again = [];
      for (const idempotencyKey of keys)
        again.push(...(await publish(transport, "a", [2], { idempotencyKey })));
      expect(again).toEqual(ids);
    });

    suite.test("a key does not look like a stream in the list", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1], { idempotencyKey: "k" });
      expect(await transport.streams.list({ thorough: true })).toEqual(["a"]);
    });
  });
}
