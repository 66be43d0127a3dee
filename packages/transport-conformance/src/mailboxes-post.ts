/** Posting: what is posted comes out as it went in, once, and a full mailbox drops nothing. */
import { expect } from "vitest";
import { first, pending, post, postOne, take, toPost, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";

export function mailboxesPost(suite: Suite): void {
  suite.concern("posting to mailboxes", () => {
    suite.test("a message comes back as it was posted, and is gone", async ({ open }) => {
      const { mailboxes } = await open();
      const message = { id: "id-1_A", target: "a", type: "go", source: "boss", body: '{"x":1}' };
      expect(await mailboxes.post(toPost(message))).toBe("posted");
      expect(await mailboxes.list({ agent: "a", selector: {}, count: 10 })).toEqual([message]);
      expect(await mailboxes.take(toTake("a"))).toEqual([message]);
      expect(await mailboxes.take(toTake("a"))).toEqual([]);
      expect(await mailboxes.list({ agent: "a", selector: {}, count: 10 })).toEqual([]);
    });

    suite.test("a broadcast comes back without a target", async ({ open }) => {
      const { mailboxes } = await open();
      const message = { id: "id-2", target: null, type: "go", source: "boss", body: "x" };
      expect(await mailboxes.post(toPost(message))).toBe("posted");
      expect(await mailboxes.list({ agent: "a", selector: {}, count: 10 })).toEqual([message]);
      expect(await mailboxes.take(toTake("b"))).toEqual([message]);
    });

    suite.test("a mailbox to which nothing was posted is empty", async ({ open }) => {
      const transport = await open();
      await post(transport, ["for another"], { target: "b" });
      expect(await pending(transport, "a")).toEqual([]);
      expect(await take(transport, "a")).toEqual([]);
      expect(await transport.mailboxes.clear("a", {})).toBe(0);
    });

    for (const target of ["a", null]) {
      const kind = target === null ? "a broadcast" : "a message";
      suite.test(
        `${kind} posted again with its id is stored once, also after it was taken`,
        async ({ open }) => {
          const [one, other] = await Promise.all([open(), open()]);
          const request = toPost({ target, body: "once" });
          expect(await one.mailboxes.post(request)).toBe("posted");
          expect(await other.mailboxes.post(request)).toBe("posted");
          expect(await pending(one, "a")).toEqual(["once"]);
          expect(await take(one, "a")).toEqual(["once"]);
          expect(await other.mailboxes.post(request)).toBe("posted");
          expect(await take(other, "a")).toEqual([]);
        },
      );

      suite.test(
        `fifty that race to post ${kind} with one id, from two transports, store one`,
        async ({ open }) => {
          const [one, other] = await Promise.all([open(), open()]);
          const request = toPost({ target, body: "once" });
          const outcomes = await Promise.all(
            numbers(1, 50).map((n) => (n % 2 ? one : other).mailboxes.post(request)),
          );
          expect(new Set(outcomes)).toEqual(new Set(["posted"]));
          expect(await pending(one, "a")).toEqual(["once"]);
        },
      );
    }

    suite.test(
      "a full mailbox takes nothing in and drops nothing, and has room again after a take",
      async ({ open }) => {
        const transport = await open();
        const small = { maxPending: 3 };
        await post(transport, [1, 2, 3], small);
        expect(await postOne(transport, { ...small, body: "4" })).toBe("full");
        expect(await pending(transport, "a")).toEqual(["1", "2", "3"]);
        expect(await take(transport, "a")).toEqual(["1"]);
        await post(transport, [5], small);
        expect(await postOne(transport, { ...small, body: "6" })).toBe("full");
        expect(await transport.mailboxes.clear("a", {})).toBe(3);
        await post(transport, [7, 8, 9], small);
        expect(await take(transport, "a", first(3))).toEqual(["7", "8", "9"]);
      },
    );

    suite.test("all types and sources count together for a full mailbox", async ({ open }) => {
      const transport = await open();
      await post(transport, [1], { type: "x", source: "p", maxPending: 2 });
      await post(transport, [2], { type: "y", source: "q", maxPending: 2 });
      expect(await postOne(transport, { type: "z", source: "r", maxPending: 2 })).toBe("full");
      await post(transport, [3], { type: "z", source: "r", maxPending: 3 });
    });

    suite.test("what was refused by a full mailbox is posted when it is tried again", async ({ open }) => {
      const transport = await open();
      const request = toPost({ body: "second", maxPending: 1 });
      await post(transport, ["first"]);
      expect(await transport.mailboxes.post(request)).toBe("full");
      expect(await take(transport, "a")).toEqual(["first"]);
      expect(await transport.mailboxes.post(request)).toBe("posted");
      expect(await take(transport, "a")).toEqual(["second"]);
    });

    suite.test("what was posted is told as posted again, also when the mailbox is full", async ({ open }) => {
      const transport = await open();
      const request = toPost({ maxPending: 2 });
      expect(await transport.mailboxes.post(request)).toBe("posted");
      await post(transport, ["fills it"], { maxPending: 2 });
      expect(await transport.mailboxes.post(request)).toBe("posted");
      expect(await pending(transport, "a")).toHaveLength(2);
    });

    suite.test(
      "each mailbox is full by itself, and broadcasts are counted by themselves",
      async ({ open }) => {
        const transport = await open();
        const small = { maxPending: 2 };
        await post(transport, [1, 2], { ...small, target: "a" });
        await post(transport, [3, 4], { ...small, target: null });
        for (const target of ["a", null]) expect(await postOne(transport, { ...small, target })).toBe("full");
        await post(transport, [5, 6], { ...small, target: "b" });
        expect(await pending(transport, "a")).toEqual(["1", "2", "3", "4"]);
        expect(await pending(transport, "b")).toEqual(["3", "4", "5", "6"]);
      },
    );

    for (const target of ["a", null]) {
      suite.test(
        `racing posts, from two transports, fill ${target === null ? "the broadcasts" : "a mailbox"} to its limit and no further`,
        async ({ open }) => {
          const [one, other] = await Promise.all([open(), open()]);
          const outcomes = await Promise.all(
            numbers(1, 40).map((n) => postOne(n % 2 ? one : other, { target, body: `${n}`, maxPending: 10 })),
          );
          expect(outcomes.filter((outcome) => outcome === "posted")).toHaveLength(10);
          expect(outcomes.filter((outcome) => outcome === "full")).toHaveLength(30);
          expect(await pending(one, "a")).toHaveLength(10);
        },
      );
    }

    suite.test(
      "transports with the same prefix share their mailboxes, others do not",
      async ({ open, prefix }) => {
        const [one, same, other] = await Promise.all([
          open(),
          open(),
          open({ prefix: `${prefix}*[other]{x}:` }),
        ]);
        await post(one, ["targeted"]);
        await post(one, ["to all"], { target: null });
        expect(await pending(other, "a")).toEqual([]);
        expect(await other.mailboxes.clear("a", {})).toBe(0);
        expect(await take(same, "a", first(2))).toEqual(["targeted", "to all"]);
      },
    );
  });
}
