/** Followers over an outage: they wait, and go on afterwards without loss and without repetition. */
import { setTimeout as pause } from "node:timers/promises";
import type { Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers, publish } from "./publish.ts";
import { RecordedFollower } from "./recorded-follower.ts";
import { beginOutage, operationTimeoutMs } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

/** Publishes, and gives the ids that are known to be stored: none while the store is away, degraded or not. */
async function publishIfThere(transport: Transport, eventType: string, value: unknown): Promise<string[]> {
  const ids = await publish(transport, eventType, [value]).catch(() => [""]);
  return ids.filter((id) => id !== "");
}

export function outageFollow(suite: Suite): void {
  if (!suite.setup.outage) return;
  const blockMs = 500;

  /** Every event known to be stored came once, in order; one whose answer was lost may have come, once. */
  const expectComplete = async (
    transport: Transport,
    followed: RecordedFollower,
    known: readonly string[],
  ) => {
    await followed.until("everything known to be stored comes", () => {
      const got = new Set(followed.ids);
      return known.every((id) => got.has(id));
    });
    const entries = await transport.streams.range({ eventType: "a", count: 10_000, newestFirst: false });
    expect(followed.ids).toEqual(entries.map((entry) => entry.id));
    expect(followed.gaps).toEqual([]);
  };

  suite.concern("following over outages", () => {
    suite.test("a follower at the tail goes on after each of several outages", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      await using followed = new RecordedFollower(transport, {
        eventTypes: ["a"],
        from: "beginning",
        blockMs,
      });
      const known = await publish(transport, "a", numbers(1, 30));
      await followed.untilCount(30);
      for (const round of numbers(1, 3)) {
        const back = await beginOutage(cutOff, transport);
        for (const value of numbers(1, 5))
          known.push(...(await publishIfThere(transport, "a", [round, value])));
        await back();
        known.push(...(await publish(transport, "a", numbers(round * 100, round * 100 + 30))));
      }
      await expectComplete(transport, followed, known);
    });

    suite.test("followers that are still catching up go on where they were", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      const known: string[] = [];
      for (const page of numbers(0, 9))
        known.push(...(await publish(transport, "a", numbers(page * 300, page * 300 + 299))));
      const followers = [10, 100, 1000].map(
        (count) => new RecordedFollower(transport, { eventTypes: ["a"], from: "beginning", blockMs, count }),
      );
      await followers[0]!.untilCount(10);
      await (await beginOutage(cutOff, transport))();
      known.push(...(await publish(transport, "a", ["end"])));
      for (const followed of followers) await expectComplete(transport, followed, known);
    });

    suite.test(
      "publishing all through an outage, nothing answered with an id is missed",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        await using followed = new RecordedFollower(transport, { eventTypes: ["a"], from: "now", blockMs });
        await followed.ready;
        const known: string[] = [];
        let publishing = true;
        const traffic = (async () => {
          for (let value = 0; publishing; value++) {
            known.push(...(await publishIfThere(transport, "a", value)));
            // Known to be away, it answers at once: let the outage end.
            await pause(1);
          }
        })();
        await followed.untilCount(50);
        await (await beginOutage(cutOff, transport))();
        const soFar = followed.events.length;
        await followed.untilCount(soFar + 50);
        publishing = false;
        await traffic;
        await expectComplete(transport, followed, known);
      },
    );

    suite.test(
      "a follower that starts while the store is away is ready once it is back",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        await publish(transport, "a", ["before"]);
        const back = await beginOutage(cutOff, transport);
        await using now = new RecordedFollower(transport, { eventTypes: ["a"], from: "now", blockMs });
        await using beginning = new RecordedFollower(transport, {
          eventTypes: "all",
          from: "beginning",
          blockMs,
        });
        await back();
        await Promise.all([now.ready, beginning.ready]);
        await publish(transport, "a", ["after"]);
        await Promise.all([now.untilValue("after"), beginning.untilValue("after")]);
        expect(now.valuesOf("a")).toEqual(["after"]);
        expect(beginning.valuesOf("a")).toEqual(["before", "after"]);
      },
    );

    suite.test("types created after an outage reach a follower of all types", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      await using followed = new RecordedFollower(transport, { eventTypes: "all", from: "now", blockMs });
      await followed.ready;
      await (await beginOutage(cutOff, transport))();
      await publish(transport, "new", ["after"]);
      await followed.untilValue("after");
    });

    suite.test("a follower can be closed while the store is away", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      const followed = new RecordedFollower(transport, { eventTypes: ["a"], from: "now", blockMs });
      await followed.ready;
      const back = await beginOutage(cutOff, transport);
      const next = followed.follower.next();
      await within(500, "the follower closes", followed.close());
      expect(await within(500, "its wait ends", next)).toBeNull();
      await back();
    });
  });
}
