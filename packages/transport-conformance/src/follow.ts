/** Following: where it starts, that nothing is missed from there, and how it ends. */
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { numbers, publish } from "./publish.ts";
import { RecordedFollower, toRecordedEvent } from "./recorded-follower.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

export function follow(suite: Suite): void {
  suite.concern("following", () => {
    suite.test(
      'from "now": what is published after `ready` comes, what was there before does not',
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", ["before"]);
        await using followed = new RecordedFollower(transport, { eventTypes: ["a", "b"], from: "now" });
        await followed.ready;
        await publish(transport, "b", [1]);
        await publish(transport, "a", [2]);
        await followed.untilCount(2);
        await publish(transport, "a", ["end"]);
        await followed.untilValue("end");
        expect(followed.valuesOf("a")).toEqual([2, "end"]);
        expect(followed.valuesOf("b")).toEqual([1]);
        expect(followed.gaps).toEqual([]);
      },
    );

    suite.test("nothing published after `ready` is missed while another stream is busy", async ({ open }) => {
      const [transport, publisher] = await Promise.all([open(), open()]);
      let busy = true;
      const traffic = (async () => {
        for (let value = 1; busy; value++) await publish(publisher, "busy", [value, value]);
      })();
      try {
        for (const round of numbers(1, 15)) {
          // The busier stream first: a position fixed late, or anew for each read, loses the quiet one's event.
          await using followed = new RecordedFollower(transport, {
            eventTypes: ["busy", "quiet"],
            from: "now",
          });
          await followed.ready;
          const [id] = await publish(publisher, "quiet", [round]);
          const [busyId] = await publish(publisher, "busy", ["mark"]);
          await followed.until("both events come", () =>
            [id!, busyId!].every((one) => followed.ids.includes(one)),
          );
          expect(followed.valuesOf("quiet")).toEqual([round]);
          expect(followed.gaps).toEqual([]);
        }
      } finally {
        busy = false;
        await traffic;
      }
    });

    suite.test(
      'from "beginning": everything retained comes in order over several pages, then live',
      async ({ open }) => {
        const transport = await open();
        for (const page of numbers(0, 4))
          await publish(transport, "a", numbers(page * 500 + 1, page * 500 + 500));
        await publish(transport, "b", numbers(1, 3));
        await using followed = new RecordedFollower(transport, { eventTypes: ["a", "b"], from: "beginning" });
        await followed.untilCount(2503);
        await publish(transport, "a", ["live"]);
        await followed.untilValue("live");
        expect(followed.valuesOf("a")).toEqual([...numbers(1, 2500), "live"]);
        expect(followed.valuesOf("b")).toEqual([1, 2, 3]);
        expect(followed.gaps).toEqual([]);
      },
    );

    suite.test("a small count reads in small steps and loses nothing", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 100));
      await using followed = new RecordedFollower(transport, {
        eventTypes: ["a"],
        from: "beginning",
        count: 7,
      });
      await followed.untilCount(100);
      await publish(transport, "a", ["end"]);
      await followed.untilValue("end");
      expect(followed.valuesOf("a")).toEqual([...numbers(1, 100), "end"]);
    });

    suite.test("events come exactly once and in order while several publish at once", async ({ open }) => {
      const [transport, ...publishers] = await Promise.all([open(), open(), open(), open()]);
      await using followed = new RecordedFollower(transport, { eventTypes: ["a", "b"], from: "now" });
      await followed.ready;
      await Promise.all(
        publishers.map(async (publisher, name) => {
          for (const value of numbers(1, 150))
            await publish(publisher, value % 2 ? "a" : "b", [[name, value]]);
        }),
      );
      await followed.untilCount(450);
      for (const eventType of ["a", "b"]) {
        const stored = await transport.streams.range({ eventType, count: 1000, newestFirst: false });
        const got = followed.events.filter((event) => event.eventType === eventType);
        expect(got.map((event) => event.id)).toEqual(stored.map((entry) => entry.id));
      }
      expect(followed.gaps).toEqual([]);
    });

    suite.test(
      "following all types includes those created later, from their first event",
      async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        await publish(transport, "old", ["before"]);
        await using followed = new RecordedFollower(transport, { eventTypes: "all", from: "now" });
        await followed.ready;
        await publish(transport, "new", numbers(1, 3));
        await publish(other, "of-another", numbers(1, 3));
        await publish(other, "old", ["after"]);
        await followed.untilCount(7);
        expect(followed.valuesOf("new")).toEqual([1, 2, 3]);
        expect(followed.valuesOf("of-another")).toEqual([1, 2, 3]);
        expect(followed.valuesOf("old")).toEqual(["after"]);
        expect(followed.gaps).toEqual([]);
      },
    );

    suite.test("types that come into being while following all starts are not missed", async ({ open }) => {
      const transport = await open();
      await using followed = new RecordedFollower(transport, { eventTypes: "all", from: "now" });
      let created = 0;
      let ready = false;
      void followed.ready.then(() => (ready = true));
      while (!ready) await publish(transport, `type-${created++}`, [1]);
      // Those from before `ready` may have been there when the position was fixed; one after it has to come.
      await publish(transport, "after", ["after"]);
      for (const number of numbers(0, created - 1)) await publish(transport, `type-${number}`, [2]);
      await followed.until(
        "each type's second event comes",
        () => followed.events.filter(({ value }) => value === 2).length === created,
      );
      await followed.untilValue("after");
      expect(
        new Set(followed.ids.map((id, index) => `${followed.events[index]!.eventType} ${id}`)).size,
      ).toBe(followed.events.length);
    });

    suite.test("a signal ends one wait, and the event that comes later is not lost", async ({ open }) => {
      const transport = await open();
      await using follower = transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent });
      await follower.ready;
      expect(await within(1000, "the wait ends", follower.next(AbortSignal.abort()))).toBeNull();
      const waiting = new AbortController();
      const next = follower.next(waiting.signal);
      waiting.abort();
      expect(await within(1000, "the wait ends", next)).toBeNull();
      const [id] = await publish(transport, "a", ["later"]);
      const batch = await within(5000, "the event comes", follower.next());
      expect(batch!.items).toEqual([{ id, eventType: "a", value: "later" }]);
    });

    suite.test(
      "closing a follower ends its wait at once, for good, and leaves others alone",
      async ({ open }) => {
        const transport = await open();
        await using other = new RecordedFollower(transport, { eventTypes: ["a"], from: "now" });
        const follower = transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent });
        await Promise.all([follower.ready, other.ready]);
        const next = follower.next();
        await within(500, "the follower closes", follower.close());
        await follower.close();
        expect(await within(500, "the wait ends", next)).toBeNull();
        expect(await follower.next()).toBeNull();
        await publish(transport, "a", ["still"]);
        await other.untilValue("still");
      },
    );

    suite.test("a follower that is closed before it is ready says so", async ({ open }) => {
      const transport = await open();
      const follower = transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent });
      await follower.close();
      await expectCode("ATTUNE_TRANSPORT_CLOSED", () => within(2000, "`ready` rejects", follower.ready));
    });
  });
}
