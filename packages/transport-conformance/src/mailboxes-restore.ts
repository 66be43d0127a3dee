/** Restoring: a take is undone by its receipt, and what it took is pending again in its old place. */
import { expect } from "vitest";
import { bodiesOf, first, pending, post, take, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { untilPassed } from "./until.ts";

export function mailboxesRestore(suite: Suite): void {
  suite.concern("restoring", () => {
    suite.test("restoring puts back in the old place, for everybody to take", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 6)) {
        await post(one, [n], { type: n % 2 ? "odd" : "even", target: n === 4 ? null : "a" });
      }
      const request = toTake("a", { wanted: { anyOf: [{ type: "even" }], count: 3 } });
      expect(bodiesOf(await one.mailboxes.take(request))).toEqual(["2", "4", "6"]);
      await post(one, [7], { type: "odd" });
      await other.mailboxes.restore("a", request.receipt);
      expect((await pending(one, "a")).map(Number)).toEqual(numbers(1, 7));
      expect((await take(other, "a", first(7))).map(Number)).toEqual(numbers(1, 7));
    });

    suite.test(
      "what several takes took is in its old place, in whatever order it is restored",
      async ({ open }) => {
        // A transport each: none of them tells that a receipt has arrived.
        const transports = await Promise.all([open(), open(), open()]);
        const [one] = transports;
        await post(one, numbers(1, 5));
        const receipts: string[] = [];
        for (const { mailboxes } of transports) {
          const request = toTake("a");
          await mailboxes.take(request);
          receipts.push(request.receipt);
        }
        const left = [
          ["2", "4", "5"],
          ["2", "3", "4", "5"],
          ["1", "2", "3", "4", "5"],
        ];
        for (const [step, place] of [1, 2, 0].entries()) {
          await one.mailboxes.restore("a", receipts[place]!);
          expect(await pending(one, "a")).toEqual(left[step]);
        }
      },
    );

    suite.test("a take with a restored receipt takes nothing", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, [1, 2]);
      const request = toTake("a");
      await one.mailboxes.take(request);
      await other.mailboxes.restore("a", request.receipt);
      for (const transport of [one, other]) expect(await transport.mailboxes.take(request)).toEqual([]);
      expect(await pending(one, "a")).toEqual(["1", "2"]);
    });

    suite.test("a take that arrives after it was undone takes nothing", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, [1]);
      await post(one, [2], { target: null });
      const request = toTake("a", { wanted: first(2) });
      await other.mailboxes.restore("a", request.receipt);
      expect(await one.mailboxes.take(request)).toEqual([]);
      expect(await pending(one, "a")).toEqual(["1", "2"]);
    });

    suite.test("restoring twice, or at once, restores once", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, [1, 2]);
      const request = toTake("a");
      await one.mailboxes.take(request);
      await Promise.all(
        [one, other, one, other].map(({ mailboxes }) => mailboxes.restore("a", request.receipt)),
      );
      expect(await pending(one, "a")).toEqual(["1", "2"]);
      expect(await take(other, "a")).toEqual(["1"]);
      // It belongs to another take by now.
      await one.mailboxes.restore("a", request.receipt);
      expect(await pending(one, "a")).toEqual(["2"]);
    });

    suite.test("a restored broadcast is pending again for the agent that had taken it", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      await post(one, ["to all"], { target: null });
      const request = toTake("a");
      await one.mailboxes.take(request);
      expect(await take(one, "b")).toEqual(["to all"]);
      await other.mailboxes.restore("a", request.receipt);
      expect(await take(one, "b")).toEqual([]);
      expect(await take(other, "a")).toEqual(["to all"]);
      expect(await take(one, "a")).toEqual([]);
    });

    suite.test(
      "what is restored is not dropped when the mailbox has become full meanwhile",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, [1], { maxPending: 1 });
        const request = toTake("a");
        await one.mailboxes.take(request);
        await post(one, [2], { maxPending: 1 });
        await other.mailboxes.restore("a", request.receipt);
        expect(await take(one, "a", first(2))).toEqual(["1", "2"]);
      },
    );

    suite.test("what has expired does not come back", async ({ open }) => {
      const transport = await open();
      await post(transport, ["short"], { ttlMs: 60 });
      await post(transport, ["short, to all"], { ttlMs: 60, target: null });
      await post(transport, ["long"]);
      const request = toTake("a", { wanted: first(3) });
      const taken = bodiesOf(await transport.mailboxes.take(request));
      // On a busy machine they may be over before they are taken.
      if (taken.length > 0) expect(taken).toEqual(["short", "short, to all", "long"]);
      await untilPassed(performance.now(), 60);
      await transport.mailboxes.restore("a", request.receipt);
      expect(await pending(transport, "a")).toEqual(["long"]);
      expect(await take(transport, "a")).toEqual(["long"]);
    });
  });
}
