/** Broadcasts: pending once for every agent there is or will be, until their time is over. */
import { expect } from "vitest";
import { first, pending, post, take } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function mailboxesBroadcast(suite: Suite): void {
  suite.concern("broadcasts", () => {
    suite.test(
      "fifty agents that look twice each, on two transports, get a broadcast once each",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, ["to all"], { target: null });
        const looks = await Promise.all(
          numbers(1, 50).flatMap((n) => [take(one, `agent-${n}`), take(other, `agent-${n}`)]),
        );
        expect(looks.flat()).toEqual(numbers(1, 50).map(() => "to all"));
        for (const n of numbers(0, 49)) expect([...looks[2 * n]!, ...looks[2 * n + 1]!]).toHaveLength(1);
      },
    );

    suite.test("the sender gets its own broadcast as everybody does", async ({ open }) => {
      const transport = await open();
      await post(transport, ["to all"], { target: null, source: "a" });
      expect(await take(transport, "a")).toEqual(["to all"]);
      expect(await take(transport, "a")).toEqual([]);
    });

    suite.test("an agent that starts later gets what was broadcast before, in order", async ({ open }) => {
      const transport = await open();
      await post(transport, numbers(1, 5), { target: null });
      expect(await take(transport, "early", first(5))).toHaveLength(5);
      const late = await open();
      expect(await take(late, "late", first(5))).toEqual(["1", "2", "3", "4", "5"]);
      expect(await take(transport, "early", first(1))).toEqual([]);
    });

    suite.test(
      "it is the agent who has taken a broadcast, whatever transport it looks through",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, [1, 2], { target: null });
        expect(await take(one, "a")).toEqual(["1"]);
        expect(await pending(other, "a")).toEqual(["2"]);
        expect(await take(other, "a")).toEqual(["2"]);
        expect(await take(one, "a")).toEqual([]);
        expect(await take(one, "b", first(2))).toEqual(["1", "2"]);
      },
    );

    suite.test("clearing one mailbox leaves the broadcasts in all others", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, [1, 2, 3], { target: null });
      expect(await one.mailboxes.clear("a", {})).toBe(3);
      expect(await pending(one, "a")).toEqual([]);
      expect(await take(other, "a")).toEqual([]);
      expect(await take(other, "b", first(3))).toEqual(["1", "2", "3"]);
      expect(await one.mailboxes.clear("c", {})).toBe(3);
    });

    suite.test("broadcasts are selected by type and source like other messages", async ({ open }) => {
      const transport = await open();
      for (const type of ["x", "y"]) {
        for (const source of ["p", "q"])
          await post(transport, [type + source], { type, source, target: null });
      }
      expect(await take(transport, "a", { anyOf: [{ source: "q" }], count: 1 })).toEqual(["xq"]);
      expect(await take(transport, "a", { anyOf: [{ type: "y", source: "p" }], count: 1 })).toEqual(["yp"]);
      expect(await transport.mailboxes.clear("a", { type: "x" })).toBe(1);
      expect(await pending(transport, "a")).toEqual(["yq"]);
      expect(await pending(transport, "b", { source: "q" })).toEqual(["xq", "yq"]);
    });

    suite.test(
      "a count is taken over targeted messages and broadcasts together, or not at all",
      async ({ open }) => {
        const transport = await open();
        await post(transport, ["own"], { target: "a" });
        await post(transport, ["to all"], { target: null });
        expect(await take(transport, "b", first(2))).toEqual([]);
        expect(await pending(transport, "b")).toEqual(["to all"]);
        expect(await take(transport, "a", first(2))).toEqual(["own", "to all"]);
        expect(await take(transport, "b", first(1))).toEqual(["to all"]);
      },
    );
  });
}
