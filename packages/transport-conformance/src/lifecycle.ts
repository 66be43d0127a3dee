/** Opening and closing: status, what a closed transport answers, and that it leaves nothing behind. */
import type { TransportStatus } from "@attune/transport";
import { expect } from "vitest";
import { activeResources, settledResources, untilOnly } from "./active-resources.ts";
import { expectCode } from "./expect-code.ts";
import { numbers, publish } from "./publish.ts";
import { RecordedFollower, toRecordedEvent } from "./recorded-follower.ts";
import { everyOperation } from "./store-outage.ts";
import type { Suite } from "./suite.ts";
import { durationOf, within } from "./within.ts";

const severalTimes = 5;

export function lifecycle(suite: Suite): void {
  suite.concern("opening and closing", () => {
    suite.test("an open transport is available and says what it is", async ({ open }) => {
      const transport = await open();
      expect(transport.status).toBe("available");
      expect(transport.name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(transport.location).toMatch(/./);
      const { sharedBy, blockingRead, exactGaps } = transport.capabilities;
      expect(["process", "machine", "network"]).toContain(sharedBy);
      expect([typeof blockingRead, typeof exactGaps]).toEqual(["boolean", "boolean"]);
    });

    suite.test("options reach the transport", async ({ open }) => {
      const options = { maxPayloadBytes: 1234, maxPayloadDepth: 5, operationTimeoutMs: 1111 };
      const transport = await open(options);
      expect(transport.limits).toEqual({ maxPayloadBytes: 1234, maxPayloadDepth: 5 });
      expect(transport.operationTimeoutMs).toBe(1111);
    });

    suite.test("closing is told once, and a listener that was taken back hears nothing", async ({ open }) => {
      const transport = await open();
      const heard: TransportStatus[] = [];
      const taken: TransportStatus[] = [];
      transport.onStatus((status) => heard.push(status));
      const takeBack = transport.onStatus((status) => taken.push(status));
      takeBack();
      takeBack();
      await transport.close();
      expect(heard).toEqual(["closed"]);
      expect(taken).toEqual([]);
      expect(transport.status).toBe("closed");
    });

    suite.test("closing twice, at once or later, is fine and quick", async ({ open }) => {
      const transport = await open();
      const closings = Promise.all([transport.close(), transport.close(), transport[Symbol.asyncDispose]()]);
      await within(1500, "the transport closes", closings);
      await within(500, "closing again does nothing", transport.close());
    });

    suite.test("leaving the scope of `await using` closes", async ({ open }) => {
      const transport = await open();
      {
        await using scoped = transport;
        await publish(scoped, "a", [1]);
      }
      expect(transport.status).toBe("closed");
    });

    suite.test("every operation on a closed transport says that it is closed", async ({ open }) => {
      const transport = await open();
      await transport.close();
      for (const call of [
        ...everyOperation(transport).map((operation) => operation.call),
        () => transport.streams.read(new Map([["a", "0-0"]]), { count: 1, blockMs: 1000 }),
        () => transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent }),
      ]) {
        await expectCode("ATTUNE_TRANSPORT_CLOSED", call);
      }
    });

    suite.test(
      "closing settles the calls under way, and what they answered with an id is stored",
      async ({ open }) => {
        const [transport, other] = await Promise.all([open(), open()]);
        const calls = numbers(1, 50).map((value) => publish(transport, "a", [value]));
        const outcomes = Promise.allSettled(calls);
        await within(1500, "the transport closes", transport.close());
        const settled = await within(500, "the calls settle", outcomes);
        const ids: string[] = [];
        for (const outcome of settled) {
          if (outcome.status === "fulfilled") ids.push(...outcome.value);
          else expect(outcome.reason).toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
        }
        const stored = await other.streams.range({ eventType: "a", count: 100, newestFirst: false });
        expect(stored.map((entry) => entry.id)).toEqual(expect.arrayContaining(ids));
      },
    );

    suite.test("closing ends waiting followers", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", [1]);
      const follower = transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent });
      const all = transport.follow({ eventTypes: "all", from: "now", decode: toRecordedEvent });
      await Promise.all([follower.ready, all.ready]);
      const waiting = Promise.all([follower.next(), all.next()]);
      await transport.close();
      expect(await within(2000, "the waits end", waiting)).toEqual([null, null]);
    });

    suite.test("closing one transport leaves the others on the same space alone", async ({ open }) => {
      const [transport, other] = await Promise.all([open(), open()]);
      await using followed = new RecordedFollower(other, { eventTypes: ["a"], from: "now" });
      await followed.ready;
      await publish(transport, "a", [1]);
      await transport.close();
      await publish(other, "a", [2]);
      await followed.untilCount(2);
      expect(followed.valuesOf("a")).toEqual([1, 2]);
      expect(other.status).toBe("available");
    });

    suite.test(
      "a closed transport leaves no socket, timer or watcher behind",
      async ({ openAlone: open }) => {
        await (await open()).close(); // what is loaded once and for all
        const before = await settledResources();
        // Several, so that what others in this process happen to end meanwhile hides nothing.
        for (const value of numbers(1, severalTimes)) {
          const transport = await open();
          const watch = transport.bell.watch(["streams", "stream:a"], () => {});
          watch.ready.catch(() => {});
          const follower = transport.follow({ eventTypes: ["a"], from: "now", decode: toRecordedEvent });
          const all = transport.follow({ eventTypes: "all", from: "now", decode: toRecordedEvent });
          await Promise.all([follower.ready, all.ready]);
          const waiting = [follower.next(), all.next()];
          await publish(transport, "a", [value]);
          await Promise.all(waiting);
          const pending = follower.next();
          await transport.close();
          await pending;
        }
        await untilOnly(before);
      },
    );

    suite.test(
      "an idle transport that is not to keep the process alive holds nothing",
      async ({ openAlone: open, prefix }) => {
        await (await open()).close();
        const before = await settledResources();
        const followers = [];
        for (const number of numbers(1, severalTimes)) {
          const transport = await open({ prefix: `${prefix}${number}:`, keepsProcessAlive: false });
          const follower = transport.follow({
            eventTypes: ["a"],
            from: "beginning",
            decode: toRecordedEvent,
          });
          followers.push({ transport, follower });
          await publish(transport, "a", [1]);
          await follower.next();
        }
        await untilOnly(before);
        // Somebody who waits for an event keeps it alive meanwhile.
        const waiting = followers.map(({ follower }) => follower.next());
        expect(activeResources().length).toBeGreaterThan(before.length);
        for (const { transport } of followers) await publish(transport, "a", [2]);
        await Promise.all(waiting);
        await untilOnly(before);
      },
    );

    suite.test("opening is quick", async ({ open }) => {
      expect(await durationOf(open())).toBeLessThan(1500);
    });
  });
}
