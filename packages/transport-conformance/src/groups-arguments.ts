/** Mistakes in calls of the groups: a coded error, and nothing is made, delivered or acknowledged. */
import type { ErrorCode, Transport } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { eventType, group, make, pendingIds, read, toClaim, toDeliveries, toRead } from "./group.ts";
import { notNames, notWholeNumbers } from "./not-arguments.ts";
import { publish } from "./publish.ts";
import type { Suite } from "./suite.ts";

const entry = { id: "1-1", token: "t" };
const notIds: readonly unknown[] = [undefined, null, "", "1", "1-", "-1", "a-b", "1-1-1", 7, {}, "01-1"];

export function groupsArguments(suite: Suite): void {
  /** The type system forbids these calls; programs without types make them all the same. */
  const refuses = (
    title: string,
    values: readonly unknown[],
    calls: (transport: Transport, value: never) => (() => unknown)[],
    code: ErrorCode = "ATTUNE_ARGUMENT_INVALID",
  ) =>
    suite.test(title, async ({ open }) => {
      const transport = await open();
      const ids = await publish(transport, eventType, [1, 2]);
      await make(transport);
      await read(transport, { count: 1 });
      for (const value of values) {
        for (const call of calls(transport, value as never)) await expectCode(code, call);
      }
      expect(await pendingIds(transport)).toEqual([ids[0]]);
      expect(await transport.groups.states(eventType)).toMatchObject([{ group, pending: 1 }]);
    });

  suite.concern("bad arguments of groups", () => {
    refuses("what is no group or consumer is refused by every operation", notNames, ({ groups }, name) => [
      () => groups.create({ eventType, group: name, from: "beginning" }),
      () => groups.read(toRead({ group: name })),
      () => groups.read(toRead({ consumer: name })),
      () => groups.claim(toClaim({ group: name })),
      () => groups.claim(toClaim({ consumer: name })),
      () => groups.acknowledge(toDeliveries([], { group: name, entries: [entry] })),
      () => groups.extend(toDeliveries([], { group: name, entries: [entry] })),
      () =>
        groups.handBack({
          ...toDeliveries([], { group: name, entries: [entry] }),
          delayMs: 0,
          counted: true,
        }),
      () => groups.pending({ eventType, group: name, count: 1 }),
      () => groups.leave({ eventTypes: [eventType], group: name, consumer: "c" }),
      () => groups.leave({ eventTypes: [eventType], group, consumer: name }),
      () => groups.delete(eventType, name),
    ]);

    refuses(
      "names of consumers that stores keep for themselves are refused",
      ["attune:", "attune:x"],
      ({ groups }, name) => [
        () => groups.read(toRead({ consumer: name })),
        () => groups.claim(toClaim({ consumer: name })),
      ],
    );

    refuses(
      "what is no event type is refused by every operation on groups",
      notNames,
      ({ groups }, name) => [
        () => groups.create({ eventType: name, group, from: "beginning" }),
        () => groups.read(toRead({ eventTypes: ["a", name] })),
        () => groups.claim(toClaim({ eventTypes: [name] })),
        () => groups.acknowledge(toDeliveries([], { eventType: name, entries: [entry] })),
        () => groups.pending({ eventType: name, group, count: 1 }),
        () => groups.states(name),
        () => groups.leave({ eventTypes: [name], group, consumer: "c" }),
        () => groups.delete(name, group),
      ],
      "ATTUNE_EVENT_TYPE_INVALID",
    );

    refuses(
      "what is no place to begin is refused",
      ["", "end", 0, null, undefined, { after: "x" }, { after: 7 }, {}],
      ({ groups }, from) => [() => groups.create({ eventType, group: "new", from })],
    );

    refuses("what is no entry id or token is refused", notIds, ({ groups }, id) => [
      () => groups.acknowledge(toDeliveries([], { entries: [entry, { ...entry, id }] })),
      () => groups.extend(toDeliveries([], { entries: [{ ...entry, id }] })),
      () =>
        groups.handBack({ ...toDeliveries([], { entries: [{ ...entry, id }] }), delayMs: 0, counted: true }),
      ...(id === undefined ? [] : [() => groups.pending({ eventType, group, count: 1, afterId: id })]),
    ]);

    refuses("an empty token is refused", ["", 7, null, undefined], ({ groups }, token) => [
      () => groups.acknowledge(toDeliveries([], { entries: [{ ...entry, token }] })),
    ]);

    refuses("what is no count of entries is refused", [...notWholeNumbers, 10_001], ({ groups }, count) => [
      () => groups.read(toRead({ count })),
      () => groups.claim(toClaim({ count })),
      () => groups.pending({ eventType, group, count }),
    ]);

    refuses(
      "what is no duration of idleness or delay is refused",
      [-1, Number.NaN, "1", null],
      ({ groups }, ms) => [
        () => groups.claim(toClaim({ minIdleMs: ms })),
        () => groups.handBack({ ...toDeliveries([], { entries: [entry] }), delayMs: ms, counted: true }),
      ],
    );
  });
}
