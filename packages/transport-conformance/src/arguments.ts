/** Mistakes of the caller: a coded error before anything is stored, degraded or not. */
import type { ErrorCode, RangeRequest, Transport } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { publish, toRequest } from "./publish.ts";
import type { Suite } from "./suite.ts";

const notTypes: readonly unknown[] = [
  "",
  "x".repeat(257),
  "€".repeat(86),
  "\ud800",
  undefined,
  null,
  7,
  {},
  ["a"],
];
const notCounts: readonly unknown[] = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null, 2 ** 53];
const notIds: readonly unknown[] = [
  ...["", "-", "1", "1-", "-1", "a-b", "1-2-3", " 1-1", "1-1 ", "01-1", "1.5-0", "+", "$", "(1-1", "1-1\n"],
  ...[undefined, null, 1, `${"9".repeat(21)}-0`],
];

export function badArguments(suite: Suite): void {
  /** The type system forbids these calls; programs without types make them all the same. */
  const refuses = (
    title: string,
    code: ErrorCode,
    values: readonly unknown[],
    calls: (transport: Transport, value: never) => (() => unknown)[],
  ) =>
    suite.test(title, async ({ open }) => {
      const transport = await open();
      for (const value of values) {
        for (const call of calls(transport, value as never)) await expectCode(code, call);
      }
      expect(await transport.streams.list({ thorough: true })).toEqual([]);
    });

  suite.concern("bad arguments", () => {
    refuses(
      "what is no event type is refused by every operation",
      "ATTUNE_EVENT_TYPE_INVALID",
      notTypes,
      ({ streams }, eventType) => [
        () => streams.append([toRequest("good", 1), toRequest(eventType, 1)]),
        () => streams.read(new Map([[eventType, "0-0"]]), { count: 1, blockMs: 0 }),
        () => streams.range({ eventType, count: 1, newestFirst: false }),
        () => streams.range({ eventType, count: 0, newestFirst: false }),
        () => streams.states(["good", eventType]),
        () => streams.trim(eventType, 1),
        () => streams.delete(eventType),
      ],
    );

    refuses("what is no count is refused", "ATTUNE_ARGUMENT_INVALID", notCounts, ({ streams }, count) => [
      () => streams.append([toRequest("good", 1), toRequest("a", 1, { maxLength: count })]),
      () => streams.read(new Map([["a", "0-0"]]), { count, blockMs: 0 }),
      () => streams.range({ eventType: "a", count, newestFirst: false }),
      () => streams.trim("a", count),
    ]);

    refuses(
      "what is no duration is refused",
      "ATTUNE_ARGUMENT_INVALID",
      notCounts,
      ({ streams }, blockMs) => [() => streams.read(new Map([["a", "0-0"]]), { count: 1, blockMs })],
    );

    refuses(
      "a limit of zero is refused where nothing could come of it",
      "ATTUNE_ARGUMENT_INVALID",
      [0],
      (transport) => [
        () => publish(transport, "a", [1], { maxLength: 0 }),
        () => transport.streams.read(new Map([["a", "0-0"]]), { count: 0, blockMs: 0 }),
      ],
    );

    refuses("what is no entry id is refused", "ATTUNE_ARGUMENT_INVALID", notIds, ({ streams }, id) => {
      const range: RangeRequest = { eventType: "a", count: 1, newestFirst: false };
      const calls = [() => streams.read(new Map([["a", id]]), { count: 1, blockMs: 0 })];
      if (id === undefined) return calls; // left out: no bound
      return [
        ...calls,
        () => streams.range({ ...range, fromId: id }),
        () => streams.range({ ...range, toId: id }),
      ];
    });

    refuses(
      "an id beyond 64 bits is refused before the store sees it",
      "ATTUNE_ARGUMENT_INVALID",
      ["18446744073709551616-0", "0-18446744073709551616"],
      ({ streams }, id) => [
        () => streams.range({ eventType: "a", fromId: id, count: 1, newestFirst: false }),
      ],
    );

    refuses(
      "what is no idempotency key is refused",
      "ATTUNE_ARGUMENT_INVALID",
      ["", "x".repeat(513), "€".repeat(171), 7, null],
      (transport, idempotencyKey) => [() => publish(transport, "a", [1], { idempotencyKey })],
    );

    refuses(
      "an idempotency key with a lone surrogate, which stores would confuse with others, is refused",
      "ATTUNE_ARGUMENT_INVALID",
      ["\ud800", "a\udc00b"],
      (transport, idempotencyKey) => [() => publish(transport, "a", [1], { idempotencyKey })],
    );

    suite.test("one bad entry keeps its whole batch from being stored", async ({ open }) => {
      const { streams } = await open({ maxPayloadBytes: 100 });
      const large = toRequest("a", "x".repeat(200));
      await expectCode("ATTUNE_PAYLOAD_TOO_LARGE", () => streams.append([toRequest("a", 1), large]));
      const [state] = await streams.states(["a"]);
      expect(state!.length).toBe(0);
    });

    suite.test("options out of their bounds are refused when opening", async ({ open }) => {
      for (const options of [
        { operationTimeoutMs: 9 },
        { operationTimeoutMs: 60_001 },
        { operationTimeoutMs: Number.NaN },
        { maxPayloadBytes: 0 },
        { maxPayloadDepth: -1 },
        { prefix: "x".repeat(257) },
        { onUnavailable: "panic" as "throw" },
      ]) {
        await expectCode("ATTUNE_ARGUMENT_INVALID", () => open(options));
      }
    });

    suite.test("a cursor that no consumer gave out is refused when following", async ({ open }) => {
      const transport = await open();
      const from = { version: 1, positions: [{ eventType: "a", id: "nonsense", ordinal: 1 }] } as const;
      await expectCode("ATTUNE_CURSOR_INVALID", () =>
        transport.follow({ eventTypes: ["a"], from, decode: (entry) => entry }),
      );
    });
  });
}
