/** Taking: in the order of posting, what is selected, all of it or nothing. */
import { expect } from "vitest";
import { bodiesOf, first, pending, post, postOne, take, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function mailboxesTake(suite: Suite): void {
  suite.concern("taking from mailboxes", () => {
    suite.test("messages come in the order in which they were posted", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 30)) await post(n % 2 ? one : other, [n]);
      const taken = [];
      for (const n of numbers(1, 30)) taken.push(...(await take(n % 3 ? one : other, "a")));
      expect(taken.map(Number)).toEqual(numbers(1, 30));
    });

    suite.test("messages of one caller that are posted at once keep their order", async ({ open }) => {
      const transport = await open();
      await Promise.all(numbers(1, 100).map((n) => postOne(transport, { body: `${n}` })));
      expect((await pending(transport, "a")).map(Number)).toEqual(numbers(1, 100));
      expect((await take(transport, "a", first(100))).map(Number)).toEqual(numbers(1, 100));
    });

    suite.test("targeted messages and broadcasts come in one order", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 40)) {
        await post(n % 2 ? one : other, [n], { target: n % 3 ? "a" : null, type: n % 5 ? "t" : "u" });
      }
      expect((await pending(other, "a")).map(Number)).toEqual(numbers(1, 40));
      const taken = [];
      for (const n of numbers(1, 20)) taken.push(...(await take(n % 2 ? one : other, "a", first(2))));
      expect(taken.map(Number)).toEqual(numbers(1, 40));
    });

    suite.test("a selector takes by type, by source or by both, the oldest first", async ({ open }) => {
      const transport = await open();
      for (const n of [1, 2]) {
        for (const type of ["x", "y"]) {
          for (const source of ["p", "q"]) await post(transport, [`${type}${source}${n}`], { type, source });
        }
      }
      const taken = [];
      for (const selector of [
        { type: "y", source: "q" },
        { type: "x" },
        { source: "q" },
        {},
        { type: "x", source: "none" },
      ]) {
        taken.push(await take(transport, "a", { anyOf: [selector], count: 1 }));
      }
      expect(taken).toEqual([["yq1"], ["xp1"], ["xq1"], ["yp1"], []]);
      expect(await pending(transport, "a")).toEqual(["xp2", "xq2", "yp2", "yq2"]);
    });

    suite.test("any of several selectors takes the first that one of them selects", async ({ open }) => {
      const transport = await open();
      for (const type of ["x", "y", "z", "x", "y", "z"]) await post(transport, [type], { type });
      const anyOf = [{ type: "z" }, { type: "y" }];
      expect(await take(transport, "a", { anyOf, count: 1 })).toEqual(["y"]);
      expect(await take(transport, "a", { anyOf, count: 3 })).toEqual(["z", "y", "z"]);
      expect(await pending(transport, "a")).toEqual(["x", "x"]);
    });

    suite.test("selectors that overlap take each message once", async ({ open }) => {
      const transport = await open();
      await post(transport, [1, 2]);
      const overlapping = [{}, { type: "t" }, { source: "s" }];
      expect(await take(transport, "a", { anyOf: overlapping, count: 3 })).toEqual([]);
      expect(await take(transport, "a", { eachOf: overlapping })).toEqual([]);
      expect(await take(transport, "a", { anyOf: overlapping, count: 2 })).toEqual(["1", "2"]);
    });

    suite.test(
      "a count is taken as a whole or not at all, and the rest stays in its place",
      async ({ open }) => {
        const transport = await open();
        for (const n of numbers(1, 8)) await post(transport, [n], { type: n % 2 ? "odd" : "even" });
        const odd = (count: number) => take(transport, "a", { anyOf: [{ type: "odd" }], count });
        expect(await odd(5)).toEqual([]);
        expect((await pending(transport, "a")).map(Number)).toEqual(numbers(1, 8));
        expect(await odd(3)).toEqual(["1", "3", "5"]);
        expect(await pending(transport, "a")).toEqual(["2", "4", "6", "7", "8"]);
        expect(await odd(2)).toEqual([]);
        expect(await odd(1)).toEqual(["7"]);
      },
    );

    suite.test(
      "one for each selector comes in the order of the selectors, or not at all",
      async ({ open }) => {
        const transport = await open();
        for (const source of ["p", "q", "p", "q"]) await post(transport, [source], { source });
        await post(transport, ["r to all"], { source: "r", target: null });
        const each = (...sources: string[]) =>
          take(transport, "a", { eachOf: sources.map((source) => ({ source })) });
        expect(await each("p", "q", "none")).toEqual([]);
        expect(await each("p", "p", "p")).toEqual([]);
        expect(await pending(transport, "a")).toEqual(["p", "q", "p", "q", "r to all"]);
        expect(await each("r", "q", "p")).toEqual(["r to all", "q", "p"]);
        expect(await pending(transport, "a")).toEqual(["p", "q"]);
        expect(await each("r")).toEqual([]);
      },
    );

    suite.test("the same selector twice wants two messages, the first for the first", async ({ open }) => {
      const transport = await open();
      await post(transport, [1, 2, 3]);
      expect(await take(transport, "a", { eachOf: [{ type: "t" }, { type: "t" }] })).toEqual(["1", "2"]);
      expect(await pending(transport, "a")).toEqual(["3"]);
    });

    suite.test("each selector is given the first that is left when its turn comes", async ({ open }) => {
      const transport = await open();
      await post(transport, ["x1"], { type: "x" });
      await post(transport, ["y1"], { type: "y" });
      // The first selector takes x1, so that nothing is left for the second.
      expect(await take(transport, "a", { eachOf: [{}, { type: "x" }] })).toEqual([]);
      expect(await take(transport, "a", { eachOf: [{ type: "x" }, {}] })).toEqual(["x1", "y1"]);
    });

    suite.test("hundreds can be taken at once", async ({ open }) => {
      const transport = await open();
      await Promise.all(
        numbers(1, 1200).map((n) => postOne(transport, { body: `${n}`, target: n % 4 ? "a" : null })),
      );
      expect((await take(transport, "a", first(1000))).map(Number)).toEqual(numbers(1, 1000));
      expect((await pending(transport, "a")).map(Number)).toEqual(numbers(1001, 1200));
    });

    suite.test("takes go on as they began over many takes, from two transports", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 250)) {
        await post(n % 2 ? one : other, [n]);
        const transport = n % 3 ? one : other;
        expect(bodiesOf(await transport.mailboxes.take(toTake("a")))).toEqual([`${n}`]);
      }
      expect(await pending(one, "a")).toEqual([]);
    });
  });
}
