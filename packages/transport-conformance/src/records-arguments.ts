/** Mistakes in calls of the records: a coded error, and nothing is put, claimed or deleted. */
import type { ErrorCode, Transport } from "@attune/transport";
import { expect } from "vitest";
import { expectCode } from "./expect-code.ts";
import { notNames, notTokens, notWholeNumbers } from "./not-arguments.ts";
import { bucket, get, put, toClaim, toPut } from "./put.ts";
import type { Suite } from "./suite.ts";

const notBuckets: readonly unknown[] = [
  // Names of what stores keep beside records.
  ...["bell", "dedupe", "event-types", "events", "mailbox", "records"],
  ...["", "A", "aB", "a_b", "a:b", "a b", "*", "1a", "-a", "ä", "a\n", "{a}", "__proto__", "x".repeat(65)],
  ...[undefined, null, 7, {}, ["a"]],
];

export function recordsArguments(suite: Suite): void {
  /** The type system forbids these calls; programs without types make them all the same. */
  const refuses = (
    title: string,
    values: readonly unknown[],
    calls: (transport: Transport, value: never) => (() => unknown)[],
    code: ErrorCode = "ATTUNE_ARGUMENT_INVALID",
  ) =>
    suite.test(title, async ({ open }) => {
      const transport = await open({ maxPayloadBytes: 1000 });
      await put(transport, "k", "stays");
      for (const value of values) {
        for (const call of calls(transport, value as never)) await expectCode(code, call);
      }
      expect(await get(transport, "k")).toMatchObject({ value: "stays", version: 1 });
      expect(await transport.records.count(bucket)).toBe(1);
    });

  suite.concern("bad arguments of records", () => {
    refuses("what is no bucket is refused by every operation", notBuckets, ({ records }, name) => [
      () => records.put(toPut("k", "x", { bucket: name })),
      () => records.get(name, ["k"]),
      () => records.get(name, []),
      () => records.list({ bucket: name, from: null, count: 10 }),
      () => records.count(name),
      () => records.delete(name, "k"),
      () => records.claimExpired(toClaim("c", { bucket: name })),
      () => records.settleExpired({ bucket: name, key: "k", version: 1, claimer: "c" }),
    ]);

    refuses("what is no key is refused by every operation", notNames, ({ records }, key) => [
      () => records.put(toPut(key, "x")),
      () => records.get(bucket, ["k", key]),
      () => records.delete(bucket, key),
      () => records.settleExpired({ bucket, key, version: 1, claimer: "c" }),
    ]);

    refuses("what is no claimer or holder is refused", notTokens, ({ records }, token) => [
      () => records.claimExpired(toClaim(token)),
      () => records.settleExpired({ bucket, key: "k", version: 1, claimer: token }),
      () => records.put(toPut("k", "x", { condition: { holder: token } })),
      () => records.put(toPut("k", "x", { condition: { holder: token, incarnation: 1 } })),
    ]);

    refuses("what is no version, count or duration is refused", notWholeNumbers, ({ records }, number) => [
      () => records.list({ bucket, from: null, count: number }),
      () => records.claimExpired(toClaim("c", { count: number })),
      () => records.claimExpired(toClaim("c", { holdMs: number })),
      () => records.claimExpired(toClaim("c", { gapMs: number })),
      () => records.settleExpired({ bucket, key: "k", version: number, claimer: "c" }),
      () => records.put(toPut("k", "x", { condition: { version: number } })),
      ...(number === null ? [] : [() => records.put(toPut("k", "x", { leaseMs: number }))]),
      ...(number === undefined
        ? []
        : [() => records.put(toPut("k", "x", { condition: { holder: "h", incarnation: number } }))]),
      ...(number === 0 ? [] : [() => records.put(toPut("k", "x", { keepMs: number }))]),
    ]);

    refuses(
      "a count or duration of a record beyond its bound is refused",
      [2 ** 52, 366 * 24 * 3_600_000 + 1],
      ({ records }, number) => [
        () => records.put(toPut("k", "x", { leaseMs: number })),
        () => records.put(toPut("k", "x", { keepMs: number })),
        () => records.list({ bucket, from: null, count: number }),
        () => records.claimExpired(toClaim("c", { count: number })),
        () => records.claimExpired(toClaim("c", { holdMs: number })),
        () => records.claimExpired(toClaim("c", { gapMs: number })),
      ],
    );

    refuses(
      "what is no place in a list is refused",
      ["", "x".repeat(1025), 7, {}, undefined],
      ({ records }, from) => [() => records.list({ bucket, from, count: 10 })],
    );

    refuses("a value that is no text is refused", [undefined, null, 7, {}, ["x"]], ({ records }, value) => [
      () => records.put(toPut("k", value)),
      () => records.put(toPut("l", value, { leaseMs: null })),
    ]);

    refuses(
      "a value far beyond the payload limit is refused",
      ["x".repeat(70_000), "€".repeat(30_000)],
      ({ records }, value) => [() => records.put(toPut("k", value)), () => records.put(toPut("l", value))],
      "ATTUNE_PAYLOAD_TOO_LARGE",
    );
  });
}
