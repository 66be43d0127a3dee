/** Looking without taking, and clearing. */
import { expect } from "vitest";
import { bodiesOf, first, pending, post, take } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function mailboxesListClear(suite: Suite): void {
  suite.concern("listing and clearing mailboxes", () => {
    suite.test("a list is the oldest first, as many as asked for, and takes nothing", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 20)) {
        await post(one, [n], { target: n % 4 ? "a" : null, type: n % 2 ? "odd" : "even" });
      }
      const list = async (count: number, type?: string) =>
        bodiesOf(await other.mailboxes.list({ agent: "a", selector: { type }, count })).map(Number);
      for (const _ of [1, 2]) {
        expect(await list(3)).toEqual([1, 2, 3]);
        expect(await list(4, "even")).toEqual([2, 4, 6, 8]);
        expect(await list(1, "odd")).toEqual([1]);
        expect(await list(20)).toEqual(numbers(1, 20));
        expect(await list(100_000)).toEqual(numbers(1, 20));
      }
      expect((await take(one, "a", first(20))).map(Number)).toEqual(numbers(1, 20));
    });

    suite.test("a list of a source that never posted is empty", async ({ open }) => {
      const transport = await open();
      await post(transport, [1], { source: "p", type: "x" });
      expect(await pending(transport, "a", { source: "q" })).toEqual([]);
      expect(await pending(transport, "a", { source: "x" })).toEqual([]);
      expect(await pending(transport, "a", { type: "p" })).toEqual([]);
      expect(await pending(transport, "a", { type: "x", source: "q" })).toEqual([]);
    });

    suite.test(
      "clearing removes what is selected, says how many, and leaves the rest in place",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        for (const n of numbers(1, 12)) {
          await post(one, [n], { type: n % 2 ? "odd" : "even", source: n % 3 ? "p" : "q" });
        }
        expect(await other.mailboxes.clear("a", { type: "even", source: "q" })).toBe(2);
        expect((await pending(one, "a")).map(Number)).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
        expect(await one.mailboxes.clear("a", { source: "q" })).toBe(2);
        expect(await other.mailboxes.clear("a", { type: "odd" })).toBe(4);
        expect(await one.mailboxes.clear("a", { type: "odd" })).toBe(0);
        expect(await pending(other, "a")).toEqual(["2", "4", "8", "10"]);
        expect(await one.mailboxes.clear("a", {})).toBe(4);
        expect(await one.mailboxes.clear("a", {})).toBe(0);
      },
    );

    suite.test("clearing counts broadcasts, and removes them once", async ({ open }) => {
      const transport = await open();
      await post(transport, [1, 2], { target: null });
      await post(transport, [3], { target: "a" });
      expect(await take(transport, "a")).toEqual(["1"]);
      expect(await transport.mailboxes.clear("a", {})).toBe(2);
      expect(await transport.mailboxes.clear("a", {})).toBe(0);
    });

    suite.test("clearing touches nobody else's mailbox", async ({ open }) => {
      const transport = await open();
      for (const target of ["a", "b", null]) await post(transport, [`to ${target}`], { target });
      expect(await transport.mailboxes.clear("a", {})).toBe(2);
      expect(await pending(transport, "b")).toEqual(["to b", "to null"]);
    });

    suite.test("what is posted after a clear comes as ever", async ({ open }) => {
      const transport = await open();
      for (const n of numbers(1, 5)) {
        await post(transport, [n], { target: n % 2 ? "a" : null });
        expect(await transport.mailboxes.clear("a", {})).toBe(1);
      }
      await post(transport, ["after"]);
      expect(await take(transport, "a")).toEqual(["after"]);
    });

    suite.test("of racing clears each message is counted by one", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, numbers(1, 30));
      await post(one, numbers(31, 40), { target: null });
      const counts = await Promise.all(
        numbers(1, 10).map((n) => (n % 2 ? one : other).mailboxes.clear("a", {})),
      );
      expect(counts.reduce((sum, count) => sum + count)).toBe(40);
      expect(await pending(one, "a")).toEqual([]);
    });
  });
}
