/** The bell: it rings after changes, from every transport on the space, until it is closed. */
import type { Topic } from "@attune/transport";
import { expect } from "vitest";
import { CountedWatch } from "./counted-watch.ts";
import { oddNames } from "./odd-names.ts";
import { numbers, publish } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

export function bell(suite: Suite): void {
  suite.concern("the bell", () => {
    const rings = (title: string, topicOf: (eventType: string) => Topic, blockingRead: boolean | undefined) =>
      suite.test(
        title,
        async ({ open }) => {
          const [transport, other] = await Promise.all([open(), open()]);
          const watch = new CountedWatch(transport, [topicOf("a"), topicOf("b"), topicOf("c")]);
          await watch.ready;
          for (const [eventType, publisher] of [["a", transport] as const, ["b", other] as const]) {
            const ring = watch.nextRing(`it rings for ${eventType}`);
            await publish(publisher, eventType, [1]);
            await ring;
          }
          watch.close();
        },
        { where: (capabilities) => blockingRead === undefined || capabilities.blockingRead === blockingRead },
      );

    rings("it rings when a type gets its first entry, whoever appends it", () => "streams", undefined);
    rings(
      "where reads cannot wait, it rings when a stream gets entries, whoever appends them",
      (eventType) => `stream:${eventType}`,
      false,
    );

    suite.test(
      "where reads cannot wait, it rings for event types of any text",
      async ({ open }) => {
        const transport = await open();
        for (const eventType of oddNames) {
          const watch = new CountedWatch(transport, [`stream:${eventType}`]);
          await watch.ready;
          const ring = watch.nextRing(`it rings for ${JSON.stringify(eventType)}`);
          await publish(transport, eventType, [1]);
          await ring;
          watch.close();
        }
      },
      { where: (capabilities) => !capabilities.blockingRead },
    );

    suite.test("it rings again when a deleted type comes back", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1]);
      await transport.streams.delete("a");
      const watch = new CountedWatch(transport, ["streams"]);
      await watch.ready;
      const ring = watch.nextRing("it rings for the type that came back");
      await publish(transport, "a", [2]);
      await ring;
      watch.close();
    });

    suite.test("it rings for everybody who watches", async ({ open }) => {
      const transport = await open();
      const watches = numbers(1, 50).map(() => new CountedWatch(transport, ["streams"]));
      await Promise.all(watches.map((watch) => watch.ready));
      const all = Promise.all(watches.map((watch) => watch.nextRing("it rings for each")));
      await publish(transport, "a", [1]);
      await all;
      for (const watch of watches) watch.close();
    });

    suite.test(
      "closing a watch ends its ringing and nobody else's, and may be done twice",
      async ({ open }) => {
        const transport = await open();
        const closed = new CountedWatch(transport, ["streams"]);
        const other = new CountedWatch(transport, ["streams"]);
        await Promise.all([closed.ready, other.ready]);
        closed.close();
        closed.close();
        // Until then it may have rung, also for nothing.
        const { rings } = closed;
        for (const eventType of ["a", "b"]) {
          const ring = other.nextRing("it rings for the other watch");
          await publish(transport, eventType, [1]);
          await ring;
        }
        other.close();
        expect(closed.rings).toBe(rings);
      },
    );

    suite.test("a watch may be closed before it is ready", async ({ open }) => {
      const transport = await open();
      for (const topics of [["streams"], ["stream:a"], ["streams", "stream:a"]] as const) {
        const watch = transport.bell.watch(topics, () => {});
        watch.close();
        await within(
          5000,
          "`ready` settles",
          watch.ready.catch(() => {}),
        );
      }
    });

    suite.test("the same topic can be watched again after it was closed", async ({ open }) => {
      const transport = await open();
      for (const number of numbers(1, 10)) {
        const watch = new CountedWatch(transport, ["streams"]);
        await watch.ready;
        const ring = watch.nextRing(`it rings the ${number}. time`);
        await publish(transport, `type-${number}`, [1]);
        await ring;
        watch.close();
      }
    });
  });
}
