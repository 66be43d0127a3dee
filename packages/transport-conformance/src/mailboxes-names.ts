/** Agents, types and sources of any text: nobody gets another's mail by what he is called. */
import { expect } from "vitest";
import { first, pending, post, postOne, take, toTake } from "./mail.ts";
import { oddNames } from "./odd-names.ts";
import type { Suite } from "./suite.ts";

/** Joined with a separator, several of these would be one and the same. */
const pairs = [
  ["a", "b:c"],
  ["a:b", "c"],
  ["a", "b"],
  ["b", "a"],
  ["a b", "c"],
  ["a", "b c"],
  ["a\u0000b", "c"],
  ["a", "b\u0000c"],
  ["1", "11"],
  ["11", "1"],
  ["type", "source"],
  ["*", "*"],
  ["__proto__", "constructor"],
] as const;

export function mailboxesNames(suite: Suite): void {
  suite.concern("names in mailboxes", () => {
    suite.test("an agent of any name gets its own mail and nobody else's", async ({ open }) => {
      const transport = await open();
      // The last name's first: a pattern that finds them all does not find its own mail first.
      const reversed = [...oddNames].reverse();
      await Promise.all(reversed.map((name) => postOne(transport, { target: name, body: name })));
      for (const name of oddNames) {
        expect(await pending(transport, name), JSON.stringify(name)).toEqual([name]);
        const [message] = await transport.mailboxes.take(toTake(name));
        expect(message, JSON.stringify(name)).toMatchObject({ target: name, body: name });
        expect(await take(transport, name), JSON.stringify(name)).toEqual([]);
      }
    });

    suite.test(
      "an agent called * or ? that takes and clears leaves all others their mail",
      async ({ open }) => {
        const transport = await open();
        for (const target of ["a", "b", null]) await post(transport, [`to ${target}`], { target });
        for (const name of ["*", "?", "**", "[ab]", "a*", "{a}", "%61"]) {
          expect(await take(transport, name), name).toEqual(["to null"]);
          expect(await take(transport, name), name).toEqual([]);
          expect(await transport.mailboxes.clear(name, {}), name).toBe(0);
        }
        expect(await pending(transport, "a")).toEqual(["to a", "to null"]);
        expect(await pending(transport, "b")).toEqual(["to b", "to null"]);
      },
    );

    suite.test("clearing one mailbox clears no other, whatever they are called", async ({ open }) => {
      const transport = await open();
      await Promise.all(oddNames.map((name) => postOne(transport, { target: name, body: name })));
      const half = oddNames.filter((_, index) => index % 2);
      for (const name of half) {
        expect(await transport.mailboxes.clear(name, {}), JSON.stringify(name)).toBe(1);
      }
      for (const name of oddNames) {
        const left = half.includes(name) ? [] : [name];
        expect(await pending(transport, name), JSON.stringify(name)).toEqual(left);
      }
    });

    suite.test("types of any text are told apart", async ({ open }) => {
      const transport = await open();
      for (const target of ["a", null]) {
        await Promise.all(oddNames.map((type) => postOne(transport, { type, target, body: type })));
        for (const type of oddNames) {
          expect(await pending(transport, "a", { type }), JSON.stringify(type)).toEqual([type]);
          const [message] = await transport.mailboxes.take(
            toTake("a", { wanted: { anyOf: [{ type }], count: 1 } }),
          );
          expect(message, JSON.stringify(type)).toMatchObject({ type, body: type });
          expect(await transport.mailboxes.clear("a", { type }), JSON.stringify(type)).toBe(0);
        }
      }
    });

    suite.test("sources of any text are told apart", async ({ open }) => {
      const transport = await open();
      for (const target of ["a", null]) {
        await Promise.all(oddNames.map((source) => postOne(transport, { source, target, body: source })));
        for (const source of oddNames) {
          expect(await pending(transport, "a", { source }), JSON.stringify(source)).toEqual([source]);
          const [message] = await transport.mailboxes.take(
            toTake("a", { wanted: { anyOf: [{ source }], count: 1 } }),
          );
          expect(message, JSON.stringify(source)).toMatchObject({ source, body: source });
        }
      }
    });

    suite.test("type, source and target are kept apart, whatever they hold", async ({ open }) => {
      const transport = await open();
      for (const [type, source] of pairs) await post(transport, [`${type}|${source}`], { type, source });
      for (const [type, source] of pairs) {
        expect(await pending(transport, "a", { type, source })).toEqual([`${type}|${source}`]);
      }
      for (const [target, type] of pairs) await post(transport, [`${target}/${type}`], { target, type });
      for (const [target, type] of pairs) {
        const wanted = { anyOf: [{ type, source: "s" }], count: 1 };
        expect(await take(transport, target, wanted)).toEqual([`${target}/${type}`]);
      }
    });

    suite.test("what an agent of any name took can be restored", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await Promise.all(oddNames.map((name) => postOne(one, { target: name, type: name, body: name })));
      await post(one, ["to all"], { target: null, type: "*" });
      for (const name of oddNames) {
        const request = toTake(name, { wanted: first(2) });
        await one.mailboxes.take(request);
        await other.mailboxes.restore(name, request.receipt);
        expect(await pending(one, name), JSON.stringify(name)).toEqual([name, "to all"]);
      }
    });
  });
}
