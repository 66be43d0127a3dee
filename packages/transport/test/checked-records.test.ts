/** What the facade of the records refuses before anything is sent. */
import { describe, expect, it } from "vitest";
import { checkedRecords } from "../src/checked-records.ts";
import type { RecordStore } from "../src/index.ts";

/** The facade over a store that counts how often it is asked. */
function facade() {
  let asked = 0;
  const answer = <T>(value: T) => {
    asked++;
    return Promise.resolve(value);
  };
  const store: RecordStore = {
    put: () => answer({ stored: true, version: 1, incarnation: 0 }),
    get: (_, keys) => answer(keys.map(() => null)),
    list: () => answer({ records: [], next: null }),
    count: () => answer(0),
    delete: () => answer(false),
    claimExpired: () => answer([]),
    settleExpired: () => answer(false),
  };
  const limits = { maxPayloadBytes: 1000, maxPayloadDepth: 10 };
  const records = checkedRecords(store, (_, operation) => operation(), limits);
  const operations: Record<keyof RecordStore, (bucket: string) => Promise<unknown>> = {
    put: (bucket) => records.put({ bucket, key: "k", value: "v", leaseMs: null, keepMs: 1 }),
    get: (bucket) => records.get(bucket, ["k"]),
    list: (bucket) => records.list({ bucket, from: null, count: 1 }),
    count: (bucket) => records.count(bucket),
    delete: (bucket) => records.delete(bucket, "k"),
    claimExpired: (bucket) => records.claimExpired({ bucket, claimer: "c", holdMs: 1, count: 1, gapMs: 1 }),
    settleExpired: (bucket) => records.settleExpired({ bucket, key: "k", version: 1, claimer: "c" }),
  };
  return { operations: Object.values(operations), asked: () => asked };
}

describe("checked records", () => {
  it.each(["events", "mailbox", "records", "dedupe", "bell", "event-types"])(
    "refuse the bucket %s, where other things lie",
    async (bucket) => {
      const { operations, asked } = facade();
      for (const operation of operations) {
        await expect(operation(bucket)).rejects.toMatchObject({
          code: "ATTUNE_ARGUMENT_INVALID",
          details: { argument: "bucket" },
        });
      }
      expect(asked()).toBe(0);
    },
  );

  it.each(["heartbeat", "event", "mailboxes", "event-type"])("take the bucket %s", async (bucket) => {
    const { operations, asked } = facade();
    for (const operation of operations) await operation(bucket);
    expect(asked()).toBe(operations.length);
  });
});
