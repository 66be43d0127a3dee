/** Waiting for mail with `waitFor`: woken by arrival, and an abort never costs a message. */
import { type Topic, type Transport, waitFor } from "@attune/transport";
import { expect } from "vitest";
import { CountedWatch } from "./counted-watch.ts";
import { pending, post, postOne, take } from "./mail.ts";
import { numbers } from "./publish.ts";
import type { Suite } from "./suite.ts";
import { within } from "./within.ts";

/** Waits for one message as a feature does. The safety interval is long: only the bell wakes it in time. */
function waitForMail(transport: Transport, agent: string, signal?: AbortSignal): Promise<string | undefined> {
  const { bell, clock } = transport;
  const topics: Topic[] = [`mailbox:${agent}`, "broadcasts"];
  const look = async () => (await take(transport, agent))[0];
  return waitFor({ bell, clock, topics, look, timeoutMs: 15_000, safetyMs: 10_000, signal });
}

export function mailboxesWait(suite: Suite): void {
  suite.concern("waiting for mail", () => {
    suite.test(
      "who waits is woken by a message and by a broadcast from another transport",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        for (const n of numbers(1, 20)) {
          const waiting = waitForMail(one, "a");
          await postOne(other, { body: `${n}`, target: n % 2 ? "a" : null });
          expect(await within(5000, `message ${n} wakes`, waiting)).toBe(`${n}`);
        }
      },
    );

    suite.test("of many who wait for one mailbox each message wakes one", async ({ open }) => {
      const [one, other] = await Promise.all([open(), open()]);
      const waiting = numbers(1, 20).map((n) => waitForMail(n % 2 ? one : other, "a"));
      await post(one, numbers(1, 20));
      const got = await within(10_000, "each gets one", Promise.all(waiting));
      expect(got.map(Number).sort((a, b) => a - b)).toEqual(numbers(1, 20));
    });

    suite.test(
      "an abort at the instant of arrival, 200 times: each message is handed over or still pending",
      async ({ open }) => {
        const [one, other] = await Promise.all([open(), open()]);
        for (const n of numbers(1, 200)) {
          const abort = new AbortController();
          const waiting = waitForMail(one, "a", abort.signal);
          // It rings as the message arrives; the wait is woken by the same ring, shortly before or after.
          const watch = new CountedWatch(one, ["mailbox:a"]);
          await watch.ready;
          const arrived = watch.nextRing("the message arrives");
          arrived.catch(() => {}); // awaited in some rounds only; in the others the watch may be closed before
          const posted = post(other, [n]);
          if (n % 3 === 0) await arrived;
          if (n % 3 === 1) await posted;
          for (const _ of numbers(1, n % 8)) await new Promise((resolve) => setImmediate(resolve));
          abort.abort();
          await posted;
          const got = await within(5000, "the wait ends", waiting);
          const left = await pending(one, "a");
          expect([got === undefined ? [] : [got], left].flat(), `round ${n}`).toEqual([`${n}`]);
          expect(await one.mailboxes.clear("a", {})).toBe(left.length);
          watch.close();
        }
      },
    );
  });
}
