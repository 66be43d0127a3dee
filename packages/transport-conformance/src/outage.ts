/** While the store is away: calls settle in time, the status tells, and nothing that was stored is lost. */
import { setTimeout as pause } from "node:timers/promises";
import type { TransportStatus } from "@attune/transport";
import { expect } from "vitest";
import { settledResources, untilOnly } from "./active-resources.ts";
import { expectCode } from "./expect-code.ts";
import { numbers, publish, toRequest } from "./publish.ts";
import { beginOutage, everyOperation, type Operation, operationTimeoutMs, slackMs } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { durationOf, within } from "./within.ts";

export function outage(suite: Suite): void {
  if (!suite.setup.outage) return;

  const settlesAsAway = async ({ name, call, neutral }: Operation) => {
    if (suite.degraded) expect(await call(), name).toEqual(neutral);
    else await expectCode("ATTUNE_TRANSPORT_UNAVAILABLE", call);
  };

  suite.concern("outages", () => {
    suite.test(
      "every operation settles within operationTimeoutMs, and does not pretend",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        await publish(transport, "a", [1]);
        await publish(transport, "b", [1]);
        const restore = await cutOff(transport);
        const all = Promise.all(everyOperation(transport).map(settlesAsAway));
        await within(operationTimeoutMs + slackMs, "every operation settles", all);
        await restore();
      },
    );

    suite.test(
      "while the store is known to be away, every operation settles at once",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs: 1000 });
        const back = await beginOutage(cutOff, transport);
        for (const operation of everyOperation(transport)) {
          expect(await durationOf(settlesAsAway(operation)), operation.name).toBeLessThan(150);
          await settlesAsAway(operation);
        }
        await back();
      },
    );

    suite.test("mistakes of the caller and a closed transport are told as ever", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      const back = await beginOutage(cutOff, transport);
      await expectCode("ATTUNE_EVENT_TYPE_INVALID", () => transport.streams.append([toRequest("", 1)]));
      await expectCode("ATTUNE_ARGUMENT_INVALID", () => transport.streams.trim("a", -1));
      await back();
      await transport.close();
      await expectCode("ATTUNE_TRANSPORT_CLOSED", () => transport.streams.list({ thorough: false }));
    });

    suite.test("the status tells of each outage and of its end, once", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      const heard: TransportStatus[] = [];
      transport.onStatus((status) => heard.push(status));
      for (const _ of numbers(1, 2)) {
        const back = await beginOutage(cutOff, transport);
        expect(transport.status).toBe("unavailable");
        await back();
      }
      expect(heard).toEqual(["unavailable", "available", "unavailable", "available"]);
    });

    suite.test(
      "what was stored before is there afterwards, and new ids are larger",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        const ids = await publish(transport, "a", numbers(1, 20));
        await (await beginOutage(cutOff, transport))();
        const [id] = await publish(transport, "a", ["after"]);
        const entries = await transport.streams.range({ eventType: "a", count: 100, newestFirst: false });
        expect(entries.map((entry) => entry.id)).toEqual([...ids, id]);
      },
    );

    suite.test(
      "an append with a key, repeated until it is answered, is stored once",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        const append = () => publish(transport, "a", [1], { idempotencyKey: "k" }).catch(() => [""]);
        const restore = await cutOff(transport);
        await Promise.all([append(), append()]);
        await restore();
        const [id] = await within(
          8000,
          "an append is answered",
          (async () => {
            let ids = await append();
            // Known to be away, it answers at once: let the connection come back.
            for (; ids[0] === ""; ids = await append()) await pause(1);
            return ids;
          })(),
        );
        expect(await append()).toEqual([id]);
        const entries = await transport.streams.range({ eventType: "a", count: 10, newestFirst: false });
        expect(entries.map((entry) => entry.id)).toEqual([id]);
      },
    );

    suite.test(
      "a transport can be closed while its store is away, and leaves nothing behind",
      async ({ open, cutOff }) => {
        await (await open()).close();
        const before = await settledResources();
        const transport = await open({ operationTimeoutMs });
        const restore = await cutOff(transport);
        const calls = Promise.allSettled(everyOperation(transport).map(({ call }) => call()));
        await within(1500, "the transport closes", transport.close());
        await within(500, "the calls settle", calls);
        await restore();
        // A helper of the test's, a proxy for one, is still there.
        if (!suite.setup.openAlone) await untilOnly(before);
      },
    );

    if (suite.degraded) {
      suite.test("each outage is warned of once, and its end once", async ({ open, cutOff, warnings }) => {
        const transport = await open({ operationTimeoutMs });
        for (const round of numbers(1, 2)) {
          const back = await beginOutage(cutOff, transport);
          for (const _ of numbers(1, 3)) {
            for (const { call } of everyOperation(transport)) await call();
          }
          expect(warnings).toHaveLength(round * 2 - 1);
          expect(warnings.at(-1)).toContain(transport.location);
          await back();
          await publish(transport, "a", [1]);
          expect(warnings).toHaveLength(round * 2);
          expect(warnings.at(-1)).toMatch(/is back/);
        }
      });
    } else {
      suite.test("an outage is not warned of where it is thrown", async ({ open, cutOff, warnings }) => {
        const transport = await open({ operationTimeoutMs });
        const back = await beginOutage(cutOff, transport);
        for (const operation of everyOperation(transport)) await settlesAsAway(operation);
        await back();
        expect(warnings).toEqual([]);
      });
    }
  });
}
