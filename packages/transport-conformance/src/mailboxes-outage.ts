/** Mailboxes while the store is away: nobody loses what a failed take may have taken, and nothing is posted twice. */
import { type MailboxStore, type PostOutcome, randomToken } from "@attune/transport";
import { expect } from "vitest";
import { bodiesOf, first, pending, post, postOne, take, toPost, toTake } from "./mail.ts";
import { numbers } from "./publish.ts";
import { beginOutage, operationTimeoutMs, untilStatus } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { until } from "./until.ts";

export function mailboxesOutage(suite: Suite): void {
  if (!suite.setup.outage) return;

  /** What a take gives, or nothing where it fails. */
  const tryTake = async (mailboxes: MailboxStore, receipt: string, count: number): Promise<string[]> =>
    bodiesOf(await mailboxes.take(toTake("a", { receipt, wanted: first(count) })).catch(() => []));

  suite.concern("mailboxes in an outage", () => {
    suite.test(
      "what takes in an outage failed to get is all pending afterwards",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        await post(transport, numbers(1, 10));
        const restore = await cutOff(transport);
        const takes = await Promise.all(
          numbers(1, 5).map((n) => tryTake(transport.mailboxes, randomToken(), n)),
        );
        expect(takes.flat()).toEqual([]);
        await restore();
        await untilStatus(transport, "available");
        const left = await until("all of it is pending", async () => {
          const bodies = await pending(transport, "a").catch(() => []);
          return bodies.length === 10 && bodies;
        });
        expect(left.map(Number)).toEqual(numbers(1, 10));
        expect(await take(transport, "a", first(10))).toEqual(left);
      },
    );

    suite.test(
      "takes that meet the beginning of an outage hand over or leave pending, never neither and never both",
      async ({ open, cutOff }) => {
        const transport = await open({ operationTimeoutMs });
        for (const round of numbers(1, 2)) {
          await post(transport, numbers(1, 20), { source: `round ${round}` });
          const takes = numbers(1, 8).map(() => tryTake(transport.mailboxes, randomToken(), 2));
          const restore = await cutOff(transport);
          const taken = (await Promise.all(takes)).flat();
          await restore();
          await untilStatus(transport, "available");
          const left = await until("what is left is pending", async () => {
            const bodies = await pending(transport, "a").catch(() => []);
            return bodies.length + taken.length >= 20 && bodies;
          });
          expect([...taken, ...left].map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 20));
          expect(await transport.mailboxes.clear("a", {})).toBe(left.length);
        }
      },
    );

    suite.test("a message posted again until it is answered is posted once", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      const request = toPost({ body: "once" });
      const tryPost = (): Promise<PostOutcome> =>
        transport.mailboxes.post(request).catch((): PostOutcome => "unknown");
      const attempts = [tryPost()];
      const restore = await cutOff(transport);
      attempts.push(tryPost(), tryPost());
      await Promise.all(attempts);
      await restore();
      await until("it is answered", async () => (await tryPost()) === "posted");
      expect(await tryPost()).toBe("posted");
      expect(await pending(transport, "a")).toEqual(["once"]);
    });

    suite.test("what was pending before an outage is pending after it", async ({ open, cutOff }) => {
      const transport = await open({ operationTimeoutMs });
      await post(transport, [1, 2]);
      await post(transport, [3], { target: null });
      await post(transport, [4]);
      expect(await take(transport, "a")).toEqual(["1"]);
      await (await beginOutage(cutOff, transport))();
      await postOne(transport, { body: "5" });
      expect(await pending(transport, "a")).toEqual(["2", "3", "4", "5"]);
      expect(await pending(transport, "b")).toEqual(["3"]);
    });
  });
}
