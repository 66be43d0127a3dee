/** Groups while the store is away: what failed to be delivered or acknowledged comes again, and nothing is lost. */
import { expect } from "vitest";
import { claim, eventType, make, pendingIds, read, toDeliveries, toRead, valuesOf } from "./group.ts";
import { numbers, publish } from "./publish.ts";
import { beginOutage, operationTimeoutMs, untilStatus } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

export function groupsOutage(suite: Suite): void {
  if (!suite.setup.outage) return;

  suite.concern("groups in an outage", () => {
    suite.test(
      "what reads that meet the beginning of an outage got, or did not get, is delivered in the end",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        await publish(transport, eventType, numbers(1, 40));
        await make(transport);
        const reading = numbers(1, 8).map((n) =>
          transport.groups.read(toRead({ consumer: `c${n}`, count: 5 })).catch(() => []),
        );
        const restore = await cutOff(transport);
        const got = (await Promise.all(reading)).flat().flatMap(({ deliveries }) => valuesOf(deliveries));
        await restore();
        await untilStatus(transport, "available");
        const seen = new Set(got);
        await until("everything was delivered", async () => {
          for (const look of [read, claim]) {
            const deliveries = await look(transport, { consumer: "last" }).catch(() => []);
            for (const value of valuesOf(deliveries)) seen.add(value);
          }
          return seen.size === 40;
        });
      },
    );

    suite.test(
      "what a group had pending before an outage it has pending after it",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        const ids = await publish(transport, eventType, numbers(1, 5));
        await make(transport);
        const held = await read(transport, { count: 3 });
        await (await beginOutage(cutOff, transport))();
        expect(await until("it is told", () => pendingIds(transport).catch(() => undefined))).toEqual(
          ids.slice(0, 3),
        );
        expect(await transport.groups.acknowledge(toDeliveries(held))).toEqual([true, true, true]);
        expect(valuesOf(await read(transport))).toEqual([4, 5]);
      },
    );
  });
}
