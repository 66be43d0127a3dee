/** Every operation of groups, mailboxes and records once: for tests of what the server lets us do. */
import type { Transport } from "@attune/transport";
import { expect } from "vitest";
import { eventually } from "./opened.ts";

export async function useGroups({ groups, streams }: Transport): Promise<void> {
  const group = { eventType: "work", group: "g" };
  const who = { eventTypes: ["work", "more"], group: "g", consumer: "c", count: 9 };
  const entry = { eventType: "work", timestamp: "t", data: "1", source: "s", maxLength: 9 };
  expect(await groups.create({ ...group, from: "beginning" })).toBe(true);
  expect(await groups.create({ ...group, eventType: "more", from: "now" })).toBe(true);
  const ids = [1, 2, 3].map(() => entry);
  const [, second, third] = await streams.append(ids);
  expect(await groups.create({ ...group, group: "other", from: { after: second! } })).toBe(true);
  expect(await streams.trimBefore("work", second!)).toBe(1);
  const [reading] = await groups.read(who);
  expect(reading).toMatchObject({ missed: 1, deliveries: [{ deliveries: 1 }, { deliveries: 1 }] });
  const entries = reading!.deliveries.map(({ entry: { id }, token }) => ({ id, token }));
  expect(await groups.extend({ ...group, entries })).toEqual([true, true]);
  const given = { ...group, entries: entries.slice(0, 1), delayMs: 0, counted: false };
  expect(await groups.handBack(given)).toEqual([true]);
  expect(await groups.pending({ ...group, count: 9 })).toMatchObject([{ consumer: null }, { id: third }]);
  expect(await streams.trimBefore("work", third!)).toBe(1);
  const [claimed, none] = await groups.claim({ ...who, minIdleMs: 0 });
  expect(claimed).toMatchObject({ lostIds: [second], deliveries: [{ deliveries: 2 }] });
  expect(none).toMatchObject({ exists: true, deliveries: [] });
  const last = claimed!.deliveries.map(({ entry: { id }, token }) => ({ id, token }));
  expect(await groups.acknowledge({ ...group, entries: last })).toEqual([true]);
  await groups.leave(who);
  expect(await groups.states("work")).toMatchObject([{ group: "g", pending: 0 }, { group: "other" }]);
  expect(await groups.delete("work", "g")).toBe(true);
  expect(await streams.delete("work")).toBe(true);
  expect(await streams.delete("more")).toBe(true);
}

export async function useMailboxes({ mailboxes, bell }: Transport): Promise<void> {
  const watch = bell.watch(["mailbox:x", "broadcasts"], () => {});
  await watch.ready;
  const message = { type: "go", source: "s", body: "{}", ttlMs: 60_000, maxPending: 3 };
  for (const id of ["1", "2", "3"]) {
    expect(await mailboxes.post({ ...message, id, target: "x" })).toBe("posted");
    expect(await mailboxes.post({ ...message, id: `b${id}`, target: null })).toBe("posted");
  }
  expect(await mailboxes.post({ ...message, id: "4", target: "x" })).toBe("full");
  expect(await mailboxes.post({ ...message, id: "b4", target: null })).toBe("full");
  const wanted = { anyOf: [{}], count: 4 };
  expect(await mailboxes.take({ agent: "x", wanted, receipt: "r" })).toHaveLength(4);
  expect(await mailboxes.take({ agent: "x", wanted, receipt: "r" })).toHaveLength(4);
  await mailboxes.restore("x", "r");
  expect(await mailboxes.list({ agent: "x", selector: {}, count: 9 })).toHaveLength(6);
  expect(await mailboxes.clear("x", { type: "go", source: "s" })).toBe(6);
  watch.close();
}

export async function useRecords({ records }: Transport): Promise<void> {
  const put = { bucket: "heartbeat", key: "x", value: "{}", leaseMs: 20, keepMs: 60_000, visible: "{}" };
  const first = await records.put({ ...put, condition: { holder: "h" }, announce: true });
  expect(first).toMatchObject({ stored: true, version: 1 });
  expect(await records.put({ ...put, condition: { version: 1 } })).toMatchObject({ version: 2 });
  expect(await records.put({ ...put, key: "y", condition: { absent: true } })).toMatchObject({ version: 1 });
  expect(await records.get("heartbeat", ["x", "z"])).toMatchObject([{ version: 2 }, null]);
  expect((await records.list({ bucket: "heartbeat", from: null, count: 9 })).records).toHaveLength(2);
  expect(await records.count("heartbeat")).toBeGreaterThanOrEqual(0);
  const claim = { bucket: "heartbeat", claimer: "c", holdMs: 1000, count: 9, gapMs: 1000 };
  await eventually(async () => expect(await records.claimExpired(claim)).toHaveLength(2));
  const settle = { bucket: "heartbeat", key: "x", version: 2, claimer: "c" };
  expect(await records.settleExpired(settle)).toBe(true);
  expect(await records.delete("heartbeat", "x")).toBe(true);
}
