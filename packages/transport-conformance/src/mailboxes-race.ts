/** Many takers of the same messages: each message goes to one of them. */
import type { Transport, Wanted } from "@attune/transport";
import { expect } from "vitest";
import { first, pending, post, postOne, take } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

/** Takes until there is nothing and `posted` has resolved before. */
async function takeAll(transport: Transport, wanted: Wanted, posted: Promise<unknown>): Promise<string[][]> {
  const takes: string[][] = [];
  let all = false;
  void posted.then(() => {
    all = true;
  });
  for (;;) {
    const last = all;
    const bodies = await take(transport, "a", wanted);
    if (bodies.length > 0) takes.push(bodies);
    else if (last) return takes;
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

export function mailboxesRace(suite: Suite): void {
  suite.concern("racing takers", () => {
    suite.test("a message goes to one of twenty takers on two transports", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const n of numbers(1, 10)) {
        await post(one, [n]);
        const takes = await Promise.all(numbers(1, 20).map((taker) => take(taker % 2 ? one : other, "a")));
        expect(takes.flat()).toEqual([`${n}`]);
      }
    });

    suite.test(
      "of 1000 messages posted while 2 times 8 takers take, none is lost and none doubled",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        const posted = Promise.all(
          numbers(1, 1000).map((n) => postOne(n % 2 ? one : other, { body: `${n}`, source: `s${n % 4}` })),
        );
        const takers = numbers(1, 16).map((n) => takeAll(n % 2 ? one : other, first(1), posted));
        const takes = (await within(15_000, "the takers are done", Promise.all(takers))).flat(2);
        expect(new Set(await posted)).toEqual(new Set(["posted"]));
        expect(takes.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 1000));
        expect(await pending(one, "a")).toEqual([]);
      },
    );

    suite.test("of 300 broadcasts the takers of one agent lose none and double none", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const posted = Promise.all(
        numbers(1, 300).map((n) => postOne(n % 2 ? one : other, { body: `${n}`, target: null })),
      );
      const takers = numbers(1, 8).map((n) => takeAll(n % 2 ? one : other, first(1), posted));
      const takes = (await within(15_000, "the takers are done", Promise.all(takers))).flat(2);
      expect(takes.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 300));
      // For another agent they all are still there.
      expect(await pending(one, "b")).toHaveLength(300);
    });

    suite.test("racing barriers get whole sets, and what is over stays pending", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const posted = Promise.all(
        numbers(1, 103).map((n) =>
          postOne(n % 2 ? one : other, { body: `${n}`, target: n % 5 ? "a" : null }),
        ),
      );
      const takers = numbers(1, 8).map((n) => takeAll(n % 2 ? one : other, first(5), posted));
      const takes = (await within(15_000, "the takers are done", Promise.all(takers))).flat();
      expect(takes.map((bodies) => bodies.length)).toEqual(numbers(1, 20).map(() => 5));
      const left = await pending(one, "a");
      expect(left).toHaveLength(3);
      expect([...takes.flat(), ...left].map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 103));
    });

    suite.test("one from each of three sources is never taken by two", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const sources = ["p", "q", "r"];
      const posted = Promise.all(
        numbers(1, 60).map((n) => postOne(n % 2 ? one : other, { body: `${n}`, source: sources[n % 3]! })),
      );
      const wanted = { eachOf: sources.map((source) => ({ source })) };
      const takers = numbers(1, 8).map((n) => takeAll(n % 2 ? one : other, wanted, posted));
      const takes = (await within(15_000, "the takers are done", Promise.all(takers))).flat();
      expect(takes).toHaveLength(20);
      for (const bodies of takes) expect(bodies.map((body) => sources[Number(body) % 3])).toEqual(sources);
      expect(new Set(takes.flat()).size).toBe(60);
    });

    suite.test("a taker among busy senders gets each sender's messages in order", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const sending = numbers(1, 4).map(async (sender) => {
        const transport = sender % 2 ? one : other;
        const about = { source: `s${sender}`, target: sender === 4 ? null : "a" };
        for (const n of numbers(1, 50)) await post(transport, [`${sender} ${n}`], about);
      });
      const takes = await within(15_000, "it is done", takeAll(one, first(1), Promise.all(sending)));
      for (const sender of numbers(1, 4)) {
        const own = takes.flat().filter((body) => body.startsWith(`${sender} `));
        expect(own).toEqual(numbers(1, 50).map((n) => `${sender} ${n}`));
      }
    });

    suite.test("a take and a clear that race share nothing and leave nothing", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      for (const _ of numbers(1, 10)) {
        await post(one, numbers(1, 10));
        const takes = Promise.all(numbers(1, 5).map(() => take(one, "a")));
        const cleared = other.mailboxes.clear("a", {});
        const taken = (await takes).flat();
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.length + (await cleared)).toBe(10);
      }
    });
  });
}
