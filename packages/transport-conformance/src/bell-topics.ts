/** The bell of mailboxes and records: each topic rings after its changes, made on whatever transport. */
import { randomToken, type Topic, type Transport } from "@attune/transport";
import { expect } from "vitest";
import { CountedWatch } from "./counted-watch.ts";
import { bodiesOf, post, toTake } from "./mail.ts";
import { oddNames } from "./odd-names.ts";
import { numbers } from "./publish.ts";
import { put } from "./put.ts";
import type { Suite } from "./suite.ts";

/** A topic, and a change that has to ring it. */
const changes: readonly (readonly [
  what: string,
  topic: Topic,
  change: (by: Transport) => Promise<unknown>,
])[] = [
  ["a message to an agent", "mailbox:a", (by) => post(by, [1])],
  ["a broadcast", "broadcasts", (by) => post(by, [1], { target: null })],
  ["a put that is announced", "records:beats", (by) => put(by, randomToken(), "1", { announce: true })],
];

export function bellTopics(suite: Suite): void {
  suite.concern("the bell of mailboxes and records", () => {
    for (const [what, topic, change] of changes) {
      suite.test(`it rings for ${what}, whoever makes it, time and again`, async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        const watch = new CountedWatch(transport, [topic]);
        await watch.ready;
        for (const n of numbers(1, 10)) {
          const ring = watch.nextRing(`it rings the ${n}. time`);
          await change(n % 2 ? transport : other);
          await ring;
        }
        watch.close();
      });
    }

    suite.test("it rings for every topic of one watch", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      const watch = new CountedWatch(transport, [...changes.map(([, topic]) => topic), "streams"]);
      await watch.ready;
      for (const [what, , change] of [...changes, ...changes]) {
        const ring = watch.nextRing(`it rings for ${what}`);
        await change(other);
        await ring;
      }
      watch.close();
    });

    suite.test("it rings for the agent to whom a take was restored", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      await post(transport, ["own"]);
      await post(transport, ["to all"], { target: null });
      const watch = new CountedWatch(transport, ["mailbox:a"]);
      await watch.ready;
      for (const body of ["own", "to all"]) {
        // A transport for each take: no other take of it tells that this one has arrived.
        const { mailboxes } = await open();
        const request = toTake("a");
        expect(bodiesOf(await mailboxes.take(request))).toEqual([body]);
        const ring = watch.nextRing(`it rings for ${body}`);
        await other.mailboxes.restore("a", request.receipt);
        await ring;
        await mailboxes.take(toTake("a"));
      }
      watch.close();
    });

    suite.test("it rings for agents of any name", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      for (const name of oddNames) {
        const watch = new CountedWatch(transport, [`mailbox:${name}`]);
        await watch.ready;
        const ring = watch.nextRing(`it rings for ${JSON.stringify(name)}`);
        await post(other, [1], { target: name });
        await ring;
        watch.close();
      }
    });

    suite.test("it rings for everybody who watches a mailbox", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      const watches = numbers(1, 40).map(
        (n) => new CountedWatch(n % 2 ? transport : other, ["mailbox:a", "broadcasts"]),
      );
      await Promise.all(watches.map((watch) => watch.ready));
      for (const target of ["a", null]) {
        const all = Promise.all(watches.map((watch) => watch.nextRing("it rings for each")));
        await post(other, [1], { target });
        await all;
      }
      for (const watch of watches) watch.close();
    });

    suite.test("closing one watch of a mailbox leaves the others ringing", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      const watches = numbers(1, 3).map(() => new CountedWatch(transport, ["mailbox:a", "records:beats"]));
      await Promise.all(watches.map((watch) => watch.ready));
      const [first, second, third] = watches as [CountedWatch, CountedWatch, CountedWatch];
      first.close();
      first.close();
      const { rings } = first;
      for (const change of [() => post(other, [1]), () => put(other, "k", "1", { announce: true })]) {
        const both = Promise.all([second.nextRing("the second rings"), third.nextRing("the third rings")]);
        await change();
        await both;
      }
      expect(first.rings).toBe(rings);
      second.close();
      third.close();
    });
  });
}
