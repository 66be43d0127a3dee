/** Mistakes in calls of the mailboxes: a coded error, and nothing is posted or taken. */
import type { ErrorCode, Transport } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { first, pending, post, toPost, toTake } from "./mail.ts";
import { notNames, notTokens, notWholeNumbers } from "./not-arguments.ts";
import type { Suite } from "./suite.ts";

const tooManySelectors = Array.from({ length: 1001 }, () => ({}));

export function mailboxesArguments(suite: Suite): void {
  /** The type system forbids these calls; programs without types make them all the same. */
  const refuses = (
    title: string,
    values: readonly unknown[],
    calls: (transport: Transport, value: never) => (() => unknown)[],
    code: ErrorCode = "ATTUNE_ARGUMENT_INVALID",
  ) =>
    suite.test(title, async ({ open }) => {
      const transport = await open({ maxPayloadBytes: 1000 });
      await post(transport, ["stays"]);
      for (const value of values) {
        for (const call of calls(transport, value as never)) await expectCode(code, call);
      }
      expect(await pending(transport, "a")).toEqual(["stays"]);
      expect(await pending(transport, "b")).toEqual([]);
    });

  suite.concern("bad arguments of mailboxes", () => {
    refuses("what is no agent's name is refused by every operation", notNames, ({ mailboxes }, name) => [
      ...(name === null ? [] : [() => mailboxes.post(toPost({ target: name }))]),
      () => mailboxes.post(toPost({ source: name })),
      () => mailboxes.take(toTake(name)),
      () => mailboxes.restore(name, "r"),
      () => mailboxes.list({ agent: name, selector: {}, count: 1 }),
      () => mailboxes.clear(name, {}),
    ]);

    refuses("what is no type is refused when posting", notNames, ({ mailboxes }, type) => [
      () => mailboxes.post(toPost({ type })),
      () => mailboxes.post(toPost({ type, target: null })),
    ]);

    refuses(
      "what selects no type or source is refused",
      notNames.filter((name) => name !== undefined), // left out: any
      ({ mailboxes }, name) => [
        ...[{ type: name }, { source: name }].flatMap((selector) => [
          () => mailboxes.list({ agent: "a", selector, count: 1 }),
          () => mailboxes.clear("a", selector),
          () => mailboxes.take(toTake("a", { wanted: { anyOf: [{}, selector], count: 1 } })),
          () => mailboxes.take(toTake("a", { wanted: { eachOf: [{}, selector] } })),
        ]),
      ],
    );

    refuses("what is no id or receipt is refused", notTokens, ({ mailboxes }, token) => [
      () => mailboxes.post(toPost({ id: token })),
      () => mailboxes.take(toTake("a", { receipt: token })),
      () => mailboxes.restore("a", token),
    ]);

    refuses(
      "what is no count is refused when taking and listing",
      notWholeNumbers,
      ({ mailboxes }, count) => [
        () => mailboxes.take(toTake("a", { wanted: first(count) })),
        () => mailboxes.list({ agent: "a", selector: {}, count }),
        () => mailboxes.post(toPost({ maxPending: count })),
        () => mailboxes.post(toPost({ ttlMs: count })),
      ],
    );

    refuses(
      "a count or duration of a message beyond its bound is refused",
      [2 ** 52, 366 * 24 * 3_600_000 + 1],
      ({ mailboxes }, n) => [
        () => mailboxes.take(toTake("a", { wanted: first(n) })),
        () => mailboxes.list({ agent: "a", selector: {}, count: n }),
        () => mailboxes.post(toPost({ maxPending: n })),
        () => mailboxes.post(toPost({ ttlMs: n })),
      ],
    );

    refuses(
      "a take that wants nothing, or too much, is refused",
      [[], tooManySelectors, "t", null],
      ({ mailboxes }, selectors) => [
        () => mailboxes.take(toTake("a", { wanted: { anyOf: selectors, count: 1 } })),
        () => mailboxes.take(toTake("a", { wanted: { eachOf: selectors } })),
      ],
    );

    refuses("a body that is no text is refused", [undefined, null, 7, {}, ["x"]], ({ mailboxes }, body) => [
      () => mailboxes.post(toPost({ body })),
      () => mailboxes.post(toPost({ body, target: null })),
    ]);

    refuses(
      "a body far beyond the payload limit is refused",
      ["x".repeat(70_000), "€".repeat(30_000)],
      ({ mailboxes }, body) => [
        () => mailboxes.post(toPost({ body })),
        () => mailboxes.post(toPost({ body, target: null })),
      ],
      "ATTUNE_PAYLOAD_TOO_LARGE",
    );
  });
}
