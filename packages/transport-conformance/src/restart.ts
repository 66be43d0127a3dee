/** A store that restarts with what it holds: nobody has to do anything about it. */
import { compareIds } from "@attune/transport";
import { expect } from "vitest";
import { pending, post, toTake } from "./mail.ts";
import { numbers, publish } from "./publish.ts";
import { get, put } from "./put.ts";
import { RecordedFollower } from "./recorded-follower.ts";
import { untilStatus } from "./store-outage.ts";
import type { Suite } from "./suite.ts";

export function restart(suite: Suite): void {
  const { setup } = suite;
  if (!setup.restart) return;
  suite.concern("restarts of the store", () => {
    suite.test("after a restart everything is there, and followers go on", async ({ open }) => {
      const transport = await open();
      await using followed = new RecordedFollower(transport, {
        eventTypes: ["a"],
        from: "now",
        blockMs: 500,
      });
      await followed.ready;
      const ids = await publish(transport, "a", numbers(1, 20));
      await followed.untilCount(20);
      await setup.restart!(transport);
      await untilStatus(transport, "available");
      const [id] = await publish(transport, "a", ["after"]);
      expect(compareIds(id!, ids.at(-1)!)).toBeGreaterThan(0);
      await followed.untilValue("after");
      expect(followed.ids).toEqual([...ids, id]);
      expect(followed.gaps).toEqual([]);
      const [state] = await transport.streams.states(["a"]);
      expect(state).toMatchObject({ length: 21, added: transport.capabilities.exactGaps ? 21 : null });
    });

    suite.test("scripts, indexes and ordinals work again after a restart", async ({ open }) => {
      const transport = await open();
      await publish(transport, "a", numbers(1, 10), { idempotencyKey: undefined });
      const [keyed] = await publish(transport, "a", ["keyed"], { idempotencyKey: "k" });
      await setup.restart!(transport);
      await untilStatus(transport, "available");
      expect(await publish(transport, "a", ["again"], { idempotencyKey: "k" })).toEqual([keyed]);
      expect(await transport.streams.list({ thorough: false })).toEqual(["a"]);
      expect(await transport.streams.trim("a", 4)).toBe(7);
      expect(await transport.streams.delete("a")).toBe(true);
    });

    suite.test("mail, receipts and records are there after a restart", async ({ open }) => {
      const transport = await open();
      await post(transport, [1, 2, 3]);
      await post(transport, ["to all"], { target: null });
      const request = toTake("a");
      const taken = await transport.mailboxes.take(request);
      await put(transport, "k", "value", { condition: { holder: "h" } });
      const before = await get(transport, "k");
      await setup.restart!(transport);
      await untilStatus(transport, "available");
      expect(await transport.mailboxes.take(request)).toEqual(taken);
      expect(await pending(transport, "a")).toEqual(["2", "3", "to all"]);
      const { value, version, incarnation } = before!;
      expect(await get(transport, "k")).toMatchObject({ value, version, incarnation });
      expect(await put(transport, "k", "again", { condition: { version } })).toMatchObject({ stored: true });
    });
  });
}
