/** Gaps: what a follower can never get is told once, before the next event, with the number where the store counts. */
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import { RecordedFollower } from "./recorded-follower.ts";
import type { Suite } from "./suite.ts";

/** Short waits, so that a follower whose stream was lost finds out soon. */
const blockMs = 50;

export function followGaps(suite: Suite): void {
  suite.concern("gaps", () => {
    suite.test(
      "events trimmed before a resumed follower got them are told before the next event",
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", numbers(1, 3));
        const first = new RecordedFollower(transport, { eventTypes: ["a"], from: "beginning" });
        await first.untilCount(3);
        const { cursor } = first.follower;
        await first.close();
        const ids = await publish(transport, "a", numbers(4, 10));
        expect(await transport.streams.trim("a", 4)).toBe(6);
        await using resumed = new RecordedFollower(transport, { eventTypes: ["a"], from: cursor });
        await resumed.untilCount(4);
        await publish(transport, "a", ["end"]);
        await resumed.untilValue("end");
        expect(resumed.valuesOf("a")).toEqual([7, 8, 9, 10, "end"]);
        expect(resumed.gaps).toEqual([
          {
            eventType: "a",
            missed: transport.capabilities.exactGaps ? 3 : null,
            reason: "trimmed",
            before: { id: ids[3], eventType: "a", value: 7 },
          },
        ]);
      },
    );

    suite.test(
      "events trimmed past a slow follower are told, and every event is either delivered or counted",
      async ({ open }) => {
        const transport = await open();
        const { exactGaps } = transport.capabilities;
        const request = {
          eventTypes: ["a"],
          from: "beginning" as const,
          count: 50,
          decode: (entry: { id: string }) => entry.id,
        };
        await publish(transport, "a", numbers(1, 100));
        await using follower = transport.follow(request);
        const got: string[] = [];
        const gaps: (number | null)[] = [];
        const takeBatch = async () => {
          const batch = await follower.next();
          for (const gap of batch!.gaps) gaps.push(gap.missed);
          got.push(...batch!.items);
        };
        await takeBatch();
        // It has read some pages ahead by now, but at most as many as its queue takes.
        for (const page of numbers(0, 9))
          await publish(transport, "a", numbers(page * 1000, page * 1000 + 999));
        await transport.streams.trim("a", 100);
        const [lastId] = await publish(transport, "a", ["end"]);
        while (got.at(-1) !== lastId) await takeBatch();
        expect(gaps).toHaveLength(1);
        expect(new Set(got).size).toBe(got.length);
        if (exactGaps) expect(got.length + gaps[0]!).toBe(10_101);
        else expect(gaps).toEqual([null]);
      },
    );

    suite.test('starting at "beginning" of a trimmed stream misses nothing', async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 10));
      await transport.streams.trim("a", 4);
      await using followed = new RecordedFollower(transport, { eventTypes: ["a"], from: "beginning" });
      await followed.untilCount(4);
      expect(followed.valuesOf("a")).toEqual([7, 8, 9, 10]);
      expect(followed.gaps).toEqual([]);
    });

    suite.test(
      "trimming what a follower has passed is no gap, also when everything goes",
      async ({ open }) => {
        const transport = await open();
        await using followed = new RecordedFollower(transport, { eventTypes: ["a"], from: "now" });
        await followed.ready;
        for (const round of numbers(1, 5)) {
          await publish(transport, "a", numbers(round * 10, round * 10 + 9));
          await followed.untilCount(round * 10);
          await transport.streams.trim("a", round % 2);
        }
        expect(followed.valuesOf("a")).toEqual(numbers(10, 59));
        // Without ordinals, nobody can tell whether more was trimmed than had been passed: "perhaps" is allowed.
        const { exactGaps } = transport.capabilities;
        expect(followed.gaps.filter((gap) => exactGaps || gap.missed !== null)).toEqual([]);
      },
    );

    suite.test("a stream deleted and made again while nobody followed is told as reset", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 5));
      const first = new RecordedFollower(transport, { eventTypes: ["a"], from: "beginning" });
      await first.untilCount(5);
      const { cursor } = first.follower;
      await first.close();
      await transport.streams.delete("a");
      const ids = await publish(transport, "a", ["new", "newer"]);
      await using resumed = new RecordedFollower(transport, { eventTypes: ["a"], from: cursor, blockMs });
      await resumed.untilCount(2);
      expect(resumed.ids).toEqual(ids);
      expect(resumed.gaps).toMatchObject(
        // Without ordinals, a new stream with larger ids looks like a trimmed one.
        transport.capabilities.exactGaps
          ? [{ missed: null, reason: "reset", before: { value: "new" } }]
          : [{ missed: null, before: { value: "new" } }],
      );
    });

    suite.test(
      "a live follower gets every event of streams that are deleted and made again",
      async ({ open }) => {
        const transport = await open();
        await using followed = new RecordedFollower(transport, { eventTypes: ["a"], from: "now", blockMs });
        await followed.ready;
        for (const round of numbers(1, 20)) {
          // Deleted and made again within a millisecond: the new stream's first id must not be one already passed.
          await publish(transport, "a", [round]);
          await followed.untilValue(round);
          await transport.streams.delete("a");
        }
        expect(followed.valuesOf("a")).toEqual(numbers(1, 20));
        expect(followed.gaps.filter((gap) => gap.missed !== null)).toEqual([]);
      },
    );

    suite.test("a deleted stream that stays deleted is silent", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1]);
      await using followed = new RecordedFollower(transport, {
        eventTypes: ["a", "b"],
        from: "beginning",
        blockMs,
      });
      await followed.untilCount(1);
      await transport.streams.delete("a");
      for (const value of numbers(1, 3)) {
        await publish(transport, "b", [value]);
        await followed.untilCount(1 + value);
      }
      expect(followed.gaps).toEqual([]);
    });
  });
}
