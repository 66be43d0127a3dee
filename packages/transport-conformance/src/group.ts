/** Groups as a feature uses them, in short for tests: deliveries are told apart by the values that were published. */
import type {
  ClaimEntriesRequest,
  DeliveriesRequest,
  Delivery,
  GroupReading,
  GroupStart,
  ReadGroupRequest,
  Transport,
} from "@attune/transport";
import { expect } from "vitest";

export const eventType = "a";
export const group = "g";

export function toRead(more: Partial<ReadGroupRequest> = {}): ReadGroupRequest {
  return { eventTypes: [eventType], group, consumer: "c", count: 100, ...more };
}

export function toClaim(more: Partial<ClaimEntriesRequest> = {}): ClaimEntriesRequest {
  return { ...toRead(), minIdleMs: 0, ...more };
}

export function toDeliveries(
  deliveries: readonly Delivery[],
  more: Partial<DeliveriesRequest> = {},
): DeliveriesRequest {
  return {
    eventType,
    group,
    entries: deliveries.map(({ entry, token }) => ({ id: entry.id, token })),
    ...more,
  };
}

/** Makes a group, a new one. */
export async function make(
  { groups }: Transport,
  from: GroupStart = "beginning",
  name = group,
): Promise<void> {
  expect(await groups.create({ eventType, group: name, from })).toBe(true);
}

/** One stream's reading. */
export async function readOne(transport: Transport, more?: Partial<ReadGroupRequest>): Promise<GroupReading> {
  const readings = await transport.groups.read(toRead(more));
  expect(readings).toHaveLength(1);
  return readings[0]!;
}

export async function read(
  transport: Transport,
  more?: Partial<ReadGroupRequest>,
): Promise<readonly Delivery[]> {
  return (await readOne(transport, more)).deliveries;
}

export async function claimOne(
  transport: Transport,
  more?: Partial<ClaimEntriesRequest>,
): Promise<GroupReading> {
  const readings = await transport.groups.claim(toClaim(more));
  expect(readings).toHaveLength(1);
  return readings[0]!;
}

export async function claim(
  transport: Transport,
  more?: Partial<ClaimEntriesRequest>,
): Promise<readonly Delivery[]> {
  return (await claimOne(transport, more)).deliveries;
}

/** The values that were published. */
export function valuesOf(deliveries: readonly Delivery[]): unknown[] {
  return deliveries.map(({ entry }) => JSON.parse(entry.data!) as unknown);
}

/** How many entries of the stream are pending. */
export async function pendingIds({ groups }: Transport, name = group): Promise<string[]> {
  return (await groups.pending({ eventType, group: name, count: 10_000 })).map(({ id }) => id);
}
