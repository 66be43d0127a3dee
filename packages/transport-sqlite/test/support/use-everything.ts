/** Calls every operation of a transport, so that each statement is used once. */
import type { Transport } from "@attune/transport";
import { toPost, toPut, toRequest } from "./opened.ts";

/** Also with more entries than are removed at once, and with everything that changes what was there. */
export async function useEverything(transport: Transport): Promise<void> {
  const { streams, mailboxes, records } = transport;
  const many = Array.from({ length: 1500 }, (_, n) => toRequest("t", n));
  await streams.append([...many, toRequest("t", "keyed", { idempotencyKey: "k" })]);
  await streams.append([
    toRequest("t", "again", { idempotencyKey: "k" }),
    toRequest("u", 1, { maxLength: 1 }),
  ]);
  await streams.read(new Map([["t", "0-0"]]), { count: 10, blockMs: 0 });
  const [newest] = await streams.range({ eventType: "t", count: 1, newestFirst: true });
  await streams.range({ eventType: "t", fromId: "1-0", toId: newest!.id, count: 10, newestFirst: false });
  await streams.states(["t", "u", "none"]);
  await streams.list({ thorough: true });
  await useGroups(transport);
  await streams.trim("t", 1400);
  await streams.trim("t", 10);
  await streams.trimBefore("t", newest!.id);
  await streams.delete("t");

  const selectors = [{}, { type: "go" }, { source: "s" }, { type: "go", source: "s" }];
  for (const [n, selector] of selectors.entries()) {
    await mailboxes.post(toPost(`m${n}`));
    await mailboxes.post(toPost(`b${n}`, { target: null }));
    await mailboxes.list({ agent: "x", selector, count: 10 });
    await mailboxes.take({ agent: "x", wanted: { anyOf: [selector], count: 1 }, receipt: `r${n}` });
    await mailboxes.take({ agent: "x", wanted: { eachOf: [selector] }, receipt: `e${n}` });
    await mailboxes.restore("x", `e${n}`);
    await mailboxes.clear("x", selector);
  }

  for (const condition of [
    undefined,
    { absent: true },
    { version: 1 },
    { holder: "h" },
    { holder: "i" },
  ] as const) {
    await records.put(toPut("k", { condition, leaseMs: 60_000, announce: true }));
  }
  await records.put(toPut("lost", { leaseMs: 1, condition: { holder: "h" } }));
  await records.get("b", ["k", "none"]);
  await records.list({ bucket: "b", from: null, count: 1 });
  await records.count("b");
  const claim = { bucket: "b", claimer: "c", holdMs: 1000, count: 10, gapMs: 60_000 };
  for (const { key, version } of await records.claimExpired(claim)) {
    await records.settleExpired({ bucket: "b", key, version, claimer: "c" });
  }
  await records.delete("b", "k");
  await transport.info();
}

async function useGroups({ groups }: Transport): Promise<void> {
  const group = "g";
  const member = { eventTypes: ["t", "none"], group, consumer: "c" };
  for (const eventType of ["t", "new"]) await groups.create({ eventType, group, from: "beginning" });
  await groups.create({ eventType: "t", group: "now", from: "now" });
  await groups.create({ eventType: "t", group: "after", from: { after: "1-0" } });
  const [reading] = await groups.read({ ...member, count: 600 });
  const entries = reading!.deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
  const [first, second, ...others] = entries;
  await groups.extend({ eventType: "t", group, entries });
  await groups.handBack({ eventType: "t", group, entries: [first!], delayMs: 0, counted: true });
  await groups.handBack({ eventType: "t", group, entries: [second!], delayMs: 60_000, counted: false });
  await groups.claim({ ...member, count: 10, minIdleMs: 0 });
  await groups.acknowledge({ eventType: "t", group, entries: others });
  await groups.pending({ eventType: "t", group, count: 10, afterId: first!.id });
  await groups.states("t");
  await groups.leave(member);
  await groups.delete("t", "now");
}
