/** Receipts: a take whose answer was lost is asked for again. */
import { randomToken } from "@attune/transport";
import { expect } from "vitest";
import { bodiesOf, first, pending, post, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function mailboxesReceipts(suite: Suite): void {
  suite.concern("receipts", () => {
    suite.test(
      "the same receipt again gives the same messages, also from another transport",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, [1, 2, 3, 4], { type: "odd or even" });
        await post(one, ["to all"], { target: null });
        const request = toTake("a", { wanted: { anyOf: [{}], count: 2 } });
        const taken = await one.mailboxes.take(request);
        expect(bodiesOf(taken)).toEqual(["1", "2"]);
        for (const transport of [other, one, other]) {
          expect(await transport.mailboxes.take(request)).toEqual(taken);
        }
        expect(await pending(one, "a")).toEqual(["3", "4", "to all"]);
      },
    );

    suite.test(
      "a receipt gives broadcasts and one for each selector in the same order again",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, ["to all"], { target: null, source: "p" });
        await post(one, ["own"], { source: "q" });
        const request = toTake("a", { wanted: { eachOf: [{ source: "q" }, { source: "p" }] } });
        const taken = await one.mailboxes.take(request);
        expect(bodiesOf(taken)).toEqual(["own", "to all"]);
        expect(await other.mailboxes.take(request)).toEqual(taken);
        expect(await pending(one, "a")).toEqual([]);
      },
    );

    suite.test("twenty takes that race with one receipt all get the same messages", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, numbers(1, 5));
      const request = toTake("a", { wanted: first(2) });
      const takes = await Promise.all(
        numbers(1, 20).map((n) => (n % 2 ? one : other).mailboxes.take(request)),
      );
      expect(takes.map(bodiesOf)).toEqual(numbers(1, 20).map(() => ["1", "2"]));
      expect(await pending(one, "a")).toEqual(["3", "4", "5"]);
    });

    suite.test("a receipt counts for its own agent only", async ({ open }) => {
      const transport = await open();
      const receipt = randomToken();
      await post(transport, ["for a"], { target: "a" });
      await post(transport, ["for b"], { target: "b" });
      expect(bodiesOf(await transport.mailboxes.take(toTake("a", { receipt })))).toEqual(["for a"]);
      expect(bodiesOf(await transport.mailboxes.take(toTake("b", { receipt })))).toEqual(["for b"]);
      await transport.mailboxes.restore("b", receipt);
      expect(await pending(transport, "a")).toEqual([]);
      expect(await pending(transport, "b")).toEqual(["for b"]);
    });
  });
}
