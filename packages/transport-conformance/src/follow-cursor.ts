/** Cursors: a consumer that stops and resumes elsewhere gets every event exactly once. */
import type { Cursor, Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import { type RecordedEvent, RecordedFollower, toRecordedEvent } from "./recorded-follower.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

/** Takes `count` events, stopping in the middle of a batch, and gives the cursor as it would be stored. */
async function take(
  transport: Transport,
  eventTypes: readonly string[] | "all",
  from: "beginning" | Cursor,
  count: number,
): Promise<{ readonly events: RecordedEvent[]; readonly cursor: Cursor }> {
  await using follower = transport.follow({ eventTypes, from, decode: toRecordedEvent });
  const events: RecordedEvent[] = [];
  while (events.length < count) {
    const batch = await within(5000, `event ${events.length + 1} of ${count} comes`, follower.next());
    for (const [index, item] of batch!.items.slice(0, count - events.length).entries()) {
      events.push(item);
      follower.passed(batch!, index);
    }
  }
  return { events, cursor: JSON.parse(JSON.stringify(follower.cursor)) as Cursor };
}

export function followCursor(suite: Suite): void {
  suite.concern("cursors", () => {
    suite.test(
      "resuming from a stored cursor goes on exactly after the last event passed",
      async ({ open }) => {
        const transport = await open();
        const ids = [
          ...(await publish(transport, "a", numbers(1, 150))),
          ...(await publish(transport, "b", numbers(1, 150))),
        ];
        const got: RecordedEvent[] = [];
        let from: "beginning" | Cursor = "beginning";
        for (const count of [1, 136, 13, 0, 150]) {
          // Each time from another transport, as another process would.
          const step = await take(await open(), ["a", "b"], from, count);
          got.push(...step.events);
          from = step.cursor;
        }
        const keyOf = (eventType: string, id: string) => `${eventType} ${id}`;
        expect(got.map((event) => keyOf(event.eventType, event.id)).sort()).toEqual(
          ids.map((id, index) => keyOf(index < 150 ? "a" : "b", id)).sort(),
        );
        for (const eventType of ["a", "b"]) {
          const values = got.filter((event) => event.eventType === eventType).map((event) => event.value);
          expect(values).toEqual(numbers(1, 150));
        }
      },
    );

    suite.test("what is published while nobody consumes comes with the next start", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1, 2]);
      const { cursor } = await take(transport, ["a"], "beginning", 2);
      await publish(transport, "a", [3]);
      await using followed = new RecordedFollower(await open(), { eventTypes: ["a"], from: cursor });
      await followed.ready;
      await publish(transport, "a", [4]);
      await followed.untilCount(2);
      expect(followed.valuesOf("a")).toEqual([3, 4]);
      expect(followed.gaps).toEqual([]);
    });

    suite.test(
      'the cursor of a follower from "now" that got nothing yet stands at its start',
      async ({ open }) => {
        const transport = await open();
        await publish(transport, "a", ["before"]);
        const follower = transport.follow({ eventTypes: ["a", "b"], from: "now", decode: toRecordedEvent });
        await within(5000, "the follower is ready", follower.ready);
        const cursor = JSON.parse(JSON.stringify(follower.cursor)) as Cursor;
        await follower.close();
        await publish(transport, "a", ["while away"]);
        await publish(transport, "b", ["while away"]);
        await using followed = new RecordedFollower(transport, { eventTypes: ["a", "b"], from: cursor });
        await followed.untilCount(2);
        await publish(transport, "a", ["end"]);
        await followed.untilValue("end");
        expect(followed.valuesOf("a")).toEqual(["while away", "end"]);
        expect(followed.valuesOf("b")).toEqual(["while away"]);
        expect(followed.gaps).toEqual([]);
      },
    );

    suite.test("a type that a cursor does not know is read from its beginning", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1]);
      const { cursor } = await take(transport, "all", "beginning", 1);
      await publish(transport, "later", [1, 2]);
      await using followed = new RecordedFollower(transport, { eventTypes: "all", from: cursor });
      await followed.untilCount(2);
      await publish(transport, "a", ["end"]);
      await followed.untilValue("end");
      expect(followed.valuesOf("later")).toEqual([1, 2]);
      expect(followed.valuesOf("a")).toEqual(["end"]);
    });

    suite.test("event types of any text fit into a cursor", async ({ open }) => {
      const transport = await open();
      const eventTypes = ["__proto__", "constructor", "\u0000", "😀", "%41", "{tag}"];
      for (const eventType of eventTypes) await publish(transport, eventType, [1]);
      const { cursor } = await take(transport, eventTypes, "beginning", eventTypes.length);
      expect(cursor.positions.map((position) => position.eventType).sort()).toEqual([...eventTypes].sort());
      for (const eventType of eventTypes) await publish(transport, eventType, [2]);
      await using followed = new RecordedFollower(transport, { eventTypes, from: cursor });
      await followed.untilCount(eventTypes.length);
      expect(followed.events.map((event) => event.value)).toEqual(eventTypes.map(() => 2));
    });
  });
}
