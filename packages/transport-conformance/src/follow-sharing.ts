/** Several followers on one transport: each gets everything, whatever the others do. */
import type { StreamEntry } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import { type RecordedEvent, RecordedFollower, toRecordedEvent } from "./recorded-follower.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

export function followSharing(suite: Suite): void {
  suite.concern("several followers", () => {
    suite.test("each of many followers gets everything once", async ({ open }) => {
      const transport = await open();
      const followers = numbers(1, 20).map(
        () => new RecordedFollower(transport, { eventTypes: ["a", "b"], from: "now" }),
      );
      await Promise.all(followers.map((followed) => followed.ready));
      for (const value of numbers(1, 50)) await publish(transport, value % 3 ? "a" : "b", [value]);
      await Promise.all(followers.map((followed) => followed.untilCount(50)));
      await publish(transport, "a", ["end"]);
      await Promise.all(followers.map((followed) => followed.untilValue("end")));
      for (const followed of followers) {
        expect(followed.events).toHaveLength(51);
        expect(followed.valuesOf("a")).toEqual([...numbers(1, 50).filter((value) => value % 3), "end"]);
        expect(followed.valuesOf("b")).toEqual(numbers(1, 50).filter((value) => value % 3 === 0));
        expect(followed.gaps).toEqual([]);
      }
    });

    suite.test(
      "followers of overlapping types, from different positions, each get their own",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", ["a before"]);
        await publish(transport, "b", ["b before"]);
        await using now = new RecordedFollower(transport, { eventTypes: ["a", "b"], from: "now" });
        await using beginning = new RecordedFollower(transport, {
          eventTypes: ["b", "c"],
          from: "beginning",
        });
        await using all = new RecordedFollower(transport, { eventTypes: "all", from: "beginning" });
        await Promise.all([now.ready, beginning.ready, all.ready]);
        for (const eventType of ["a", "b", "c"]) await publish(transport, eventType, [`${eventType} live`]);
        await Promise.all([now.untilCount(2), beginning.untilCount(3), all.untilCount(5)]);
        const valuesOf = (followed: RecordedFollower) => followed.events.map((event) => event.value).sort();
        expect(valuesOf(now)).toEqual(["a live", "b live"]);
        expect(valuesOf(beginning)).toEqual(["b before", "b live", "c live"]);
        expect(valuesOf(all)).toEqual(["a before", "a live", "b before", "b live", "c live"]);
      },
    );

    suite.test("followers that come and go while events flow disturb nobody", async ({ open }) => {
      const transport = await open();
      await using steady = new RecordedFollower(transport, { eventTypes: ["a"], from: "now" });
      await steady.ready;
      for (const value of numbers(1, 40)) {
        await using passing = new RecordedFollower(transport, {
          eventTypes: ["a", `other-${value}`],
          from: "now",
        });
        await passing.ready;
        const [id] = await publish(transport, "a", [value]);
        await passing.until("the passing follower gets its event", () => passing.ids.includes(id!));
        expect(passing.valuesOf("a")).toEqual([value]);
      }
      await steady.untilCount(40);
      expect(steady.valuesOf("a")).toEqual(numbers(1, 40));
      expect(steady.gaps).toEqual([]);
    });

    suite.test("what followers share is decoded once", async ({ open }) => {
      const transport = await open();
      let decoded = 0;
      const decode = (entry: StreamEntry, eventType: string): RecordedEvent => {
        decoded++;
        return toRecordedEvent(entry, eventType);
      };
      const followers = numbers(1, 5).map(() => transport.follow({ eventTypes: ["a"], from: "now", decode }));
      await Promise.all(followers.map((follower) => follower.ready));
      for (const value of numbers(1, 200)) {
        await publish(transport, "a", [value]);
        const batches = await within(
          5000,
          "each gets it",
          Promise.all(followers.map((follower) => follower.next())),
        );
        for (const batch of batches) expect(batch!.items).toMatchObject([{ value }]);
      }
      // While they start, each may have read by itself; without sharing it would be 1000.
      expect(decoded).toBeLessThanOrEqual(300);
      await Promise.all(followers.map((follower) => follower.close()));
    });

    suite.test(
      "a slow follower among fast ones loses nothing, holds nobody up and stays bounded",
      async ({ open }) => {
        const transport = await open();
        const total = 10_000;
        let decodedForSlow = 0;
        await using fast = new RecordedFollower(transport, { eventTypes: ["a"], from: "now" });
        await using alsoFast = new RecordedFollower(transport, { eventTypes: ["a"], from: "now" });
        await using slow = transport.follow({
          eventTypes: ["a"],
          from: "now",
          decode: (entry) => {
            decodedForSlow++;
            return entry.id;
          },
        });
        await Promise.all([fast.ready, alsoFast.ready, slow.ready]);
        for (let value = 1; value < total; value += 250)
          await publish(transport, "a", numbers(value, value + 249));
        await Promise.all([fast.untilCount(total), alsoFast.untilCount(total)]);
        expect(fast.valuesOf("a")).toEqual(numbers(1, total));
        // It took nothing so far: what waits for it is about one page, not everything.
        expect(decodedForSlow).toBeLessThanOrEqual(3000);
        const got: string[] = [];
        while (got.length < total) {
          const batch = await within(5000, `event ${got.length + 1} of ${total} comes`, slow.next());
          expect(batch!.gaps).toEqual([]);
          got.push(...batch!.items);
        }
        expect(got).toEqual(fast.ids);
        // Caught up, it goes on live.
        const [id] = await publish(transport, "a", ["live"]);
        expect((await within(5000, "the live event comes", slow.next()))!.items).toEqual([id]);
      },
    );
  });
}
