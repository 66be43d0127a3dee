/** Putting and reading records as a feature does it, in short for tests. */
import type { ClaimRequest, PutOutcome, PutRequest, StoredRecord, Transport } from "@attune/transport";
import { expect } from "vitest";
import { numbers } from "./publish.ts";
import { until } from "./until.ts";

/** The bucket of tests that need only one. */
export const bucket = "beats";

/** A complete request: whatever the test does not care about is filled in. */
export function toPut(key: string, value: string, more: Partial<PutRequest> = {}): PutRequest {
  return { bucket, key, value, leaseMs: 60_000, keepMs: 60_000, ...more };
}

export function put(
  { records }: Transport,
  key: string,
  value: string,
  more?: Partial<PutRequest>,
): Promise<PutOutcome> {
  return records.put(toPut(key, value, more));
}

/** Puts that have to be stored, all at once. */
export async function putAll(
  transport: Transport,
  keys: readonly string[],
  more?: Partial<PutRequest>,
): Promise<void> {
  const outcomes = await Promise.all(keys.map((key) => put(transport, key, `value of ${key}`, more)));
  expect(outcomes.every(({ stored }) => stored)).toBe(true);
}

export async function get({ records }: Transport, key: string): Promise<StoredRecord | null> {
  const [record] = await records.get(bucket, [key]);
  return record!;
}

export const keysUpTo = (count: number): string[] => numbers(1, count).map((n) => `key-${n}`);

/** The gap is long: nothing is excused unless a test wants it. */
export function toClaim(claimer: string, more: Partial<ClaimRequest> = {}): ClaimRequest {
  return { bucket, claimer, holdMs: 60_000, count: 1000, gapMs: 60_000, ...more };
}

/** The keys of what is claimed, sorted. */
export async function claim(
  { records }: Transport,
  claimer: string,
  more?: Partial<ClaimRequest>,
): Promise<string[]> {
  return keysOf(await records.claimExpired(toClaim(claimer, more)));
}

export function keysOf(records: readonly StoredRecord[]): string[] {
  return records.map(({ key }) => key).sort();
}

/** Resolves once the leases of all these have run out. Does not put or claim. */
export async function untilExpired({ records }: Transport, keys: readonly string[]): Promise<void> {
  await until("all leases run out", async () => {
    const found = await records.get(bucket, keys);
    return found.every((record) => record !== null && record.leaseMs !== null && record.leaseMs <= 0);
  });
}
