/** Every operation of mailboxes and records once: for tests of what the server lets us do. */
import type { Transport } from "@attune/transport";
import { expect, vi } from "vitest";

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
  await vi.waitFor(async () => expect(await records.claimExpired(claim)).toHaveLength(2));
  const settle = { bucket: "heartbeat", key: "x", version: 2, claimer: "c" };
  expect(await records.settleExpired(settle)).toBe(true);
  expect(await records.delete("heartbeat", "x")).toBe(true);
}
