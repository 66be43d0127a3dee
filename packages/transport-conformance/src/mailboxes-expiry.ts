/** Times to live: what has expired is never taken, listed or counted, and hides nothing that has not. */
import { expect } from "vitest";
import { bodiesOf, first, pending, post, postOne, take, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { hasPassed, until, untilPassed } from "./until.ts";

const ttlMs = 60;

export function mailboxesExpiry(suite: Suite): void {
  const test: Suite["test"] = (title, body) => suite.test(title, body, { waits: true });

  suite.concern("times to live", () => {
    for (const target of ["a", null]) {
      const kind = target === null ? "a broadcast" : "a message";

      test(`${kind} is there for its time and not after it`, async ({ open }) => {
        const transport = await open();
        const startedAt = performance.now();
        await post(transport, ["short"], { ttlMs: 250, target });
        const seen = await pending(transport, "a");
        // Only a very slow machine has lost it by now.
        if (!hasPassed(startedAt, 250)) expect(seen).toEqual(["short"]);
        await until("it is over", async () => (await pending(transport, "a")).length === 0);
        expect(hasPassed(startedAt, 250)).toBe(true);
      });

      test(`${kind} is not taken after its time`, async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        await post(one, [1, 2, 3], { ttlMs, target });
        await untilPassed(performance.now(), ttlMs);
        // Nobody has looked in between: not looking does not keep it.
        expect(await take(other, "a")).toEqual([]);
        expect(await take(one, "b")).toEqual([]);
      });

      test(`${kind} is not cleared after its time`, async ({ open }) => {
        const transport = await open();
        await post(transport, ["short"], { ttlMs, target });
        await post(transport, ["long"], { target });
        await untilPassed(performance.now(), ttlMs);
        expect(await transport.mailboxes.clear("a", {})).toBe(1);
      });

      test(`${kind} does not count for the limit after its time`, async ({ open }) => {
        const transport = await open();
        const small = { maxPending: 2, target };
        await post(transport, ["long"], { ...small, type: "x" });
        await post(transport, ["short"], { ...small, ttlMs, type: "y" });
        const postedAt = performance.now();
        if (!hasPassed(postedAt, ttlMs)) {
          const outcome = await postOne(transport, small);
          if (!hasPassed(postedAt, ttlMs)) expect(outcome).toBe("full");
        }
        await untilPassed(performance.now(), ttlMs);
        await post(transport, ["has room"], { ...small, type: "z" });
        expect(await postOne(transport, small)).toBe("full");
        expect(await pending(transport, "a")).toEqual(["long", "has room"]);
      });
    }

    test("what lives long comes, before and behind what lives short", async ({ open }) => {
      const transport = await open();
      for (const n of numbers(1, 12)) {
        await post(transport, [n], {
          ttlMs: n % 3 ? ttlMs : 60_000,
          target: n % 2 ? "a" : null,
          type: n % 4 ? "t" : "u",
        });
      }
      await untilPassed(performance.now(), ttlMs);
      expect(await pending(transport, "a")).toEqual(["3", "6", "9", "12"]);
      expect(await take(transport, "a")).toEqual(["3"]);
      expect(await take(transport, "a", first(3))).toEqual(["6", "9", "12"]);
      expect(await take(transport, "b", first(2))).toEqual(["6", "12"]);
    });

    test("what has expired does not complete a count or a set", async ({ open }) => {
      const transport = await open();
      await post(transport, ["p short"], { source: "p", ttlMs });
      await post(transport, ["q"], { source: "q" });
      await untilPassed(performance.now(), ttlMs);
      expect(await take(transport, "a", first(2))).toEqual([]);
      expect(await take(transport, "a", { eachOf: [{ source: "p" }, { source: "q" }] })).toEqual([]);
      await post(transport, ["p"], { source: "p" });
      expect(await take(transport, "a", { eachOf: [{ source: "p" }, { source: "q" }] })).toEqual(["p", "q"]);
    });

    test("a later message that lives short does not shorten the life of earlier ones", async ({ open }) => {
      const transport = await open();
      for (const target of ["a", null]) {
        await post(transport, ["long"], { target });
        await post(transport, ["short"], { target, ttlMs: 1 });
      }
      await untilPassed(performance.now(), 1);
      expect(await pending(transport, "a")).toEqual(["long", "long"]);
      await post(transport, ["after"]);
      expect(await take(transport, "a", first(3))).toEqual(["long", "long", "after"]);
    });

    test("a broadcast that was taken does not come again when others expire", async ({ open }) => {
      const transport = await open();
      await post(transport, ["long"], { target: null });
      await post(transport, ["short"], { target: null, ttlMs });
      expect(await take(transport, "a")).toEqual(["long"]);
      await untilPassed(performance.now(), ttlMs);
      expect(await take(transport, "a")).toEqual([]);
      await post(transport, ["next"], { target: null });
      expect(await take(transport, "a")).toEqual(["next"]);
    });

    test("the longest time to live is a year", async ({ open }) => {
      const transport = await open();
      await post(transport, ["long"], { ttlMs: 366 * 24 * 3_600_000 });
      const request = toTake("a");
      expect(bodiesOf(await transport.mailboxes.take(request))).toEqual(["long"]);
      await (await open()).mailboxes.restore("a", request.receipt);
      expect(await take(transport, "a")).toEqual(["long"]);
    });
  });
}
