/** The size of the file: bounded under steady traffic, and given back after much was removed. */
import { describe, expect, it, vi } from "vitest";
import { toPost, toPut, toRequest } from "./support/opened.ts";
import { countsIn, openStore, range, sizeOf } from "./support/timed-store.ts";

// A busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const second = 1000;
const minute = 60 * second;
const mebibyte = 1024 * 1024;

describe("a file", () => {
  it("does not grow under steady traffic of events", async () => {
    const store = await openStore();
    const { streams } = store.transport;
    const sizes: number[] = [];
    for (let n = 0; n < 100_000; n += 500) {
      await streams.append(range(500).map((i) => toRequest("t", n + i, { maxLength: 1000 })));
      if (n % 20_000 === 0) {
        await store.clock.advance(10 * second);
        sizes.push(sizeOf(store));
      }
    }
    expect((await streams.states(["t"]))[0]).toMatchObject({ added: 100_000 });
    expect(Math.max(...sizes)).toBeLessThan(1 * mebibyte);
    expect(countsIn(store).entry).toBeLessThanOrEqual(1100);
  });

  it("does not grow under steady traffic of events that a group acknowledges", async () => {
    const store = await openStore();
    const { streams, groups } = store.transport;
    await groups.create({ eventType: "t", group: "g", from: "beginning" });
    const sizes: number[] = [];
    let acknowledged = 0;
    for (let n = 0; n < 50_000; n += 500) {
      await streams.append(range(500).map((i) => toRequest("t", n + i, { maxLength: 1000 })));
      const readings = await groups.read({ eventTypes: ["t"], group: "g", consumer: "c", count: 500 });
      const entries = readings[0]!.deliveries.map(({ entry, token }) => ({ id: entry.id, token }));
      const done = await groups.acknowledge({ eventType: "t", group: "g", entries });
      acknowledged += done.filter(Boolean).length;
      if (n % 10_000 === 0) {
        await store.clock.advance(10 * second);
        sizes.push(sizeOf(store));
      }
    }
    expect(acknowledged).toBe(50_000);
    expect(Math.max(...sizes)).toBeLessThan(1 * mebibyte);
    expect(countsIn(store).pending_entry).toBeUndefined();
  });

  it("does not grow under steady traffic of signals that nobody takes", async () => {
    const store = await openStore();
    const { mailboxes } = store.transport;
    const sizes: number[] = [];
    // 1000 in each half minute: those of two minutes and a half are remembered.
    for (let n = 0; n < 30_000; n += 1000) {
      const posts = range(1000).map((i) => toPost(`m${n + i}`, { target: `agent ${i % 50}`, ttlMs: 100 }));
      await Promise.all(posts.map((post) => mailboxes.post(post)));
      await store.clock.advance(30 * second);
      sizes.push(sizeOf(store));
    }
    const [early, late] = [Math.max(...sizes.slice(0, 10)), Math.max(...sizes.slice(-10))];
    expect(late).toBeLessThanOrEqual(early * 1.2);
    expect(late).toBeLessThan(10 * mebibyte);
    expect(countsIn(store).message).toBeLessThanOrEqual(6000);
  });

  it("does not grow under steady traffic of records that come and go", async () => {
    const store = await openStore();
    const { records } = store.transport;
    const sizes: number[] = [];
    for (let n = 0; n < 20_000; n += 1000) {
      const keys = range(1000).map((i) => `k${n + i}`);
      const lease = { leaseMs: 10 * second, keepMs: 10 * second, announce: true };
      await Promise.all(
        keys.map((key) => records.put(toPut(key, { ...lease, condition: { holder: `holder-of-${key}` } }))),
      );
      await store.clock.advance(30 * second);
      sizes.push(sizeOf(store));
    }
    const [early, late] = [Math.max(...sizes.slice(0, 5)), Math.max(...sizes.slice(-5))];
    expect(late).toBeLessThanOrEqual(early * 1.2);
    expect(late).toBeLessThan(5 * mebibyte);
    expect(countsIn(store)).toEqual({});
  });

  it.each([
    ["small", 100, 100_000],
    ["large", 20_000, 2000],
  ])("gives back what a deleted stream of %s events took", async (_, bytes, count) => {
    const store = await openStore();
    const { streams } = store.transport;
    const pad = "x".repeat(bytes);
    for (let n = 0; n < count; n += 500) {
      await streams.append(range(500).map((i) => toRequest("t", [n + i, pad], { maxLength: 1_000_000 })));
    }
    const full = sizeOf(store);
    expect(full).toBeGreaterThan(15 * mebibyte);
    await streams.delete("t");
    await store.clock.advance(5 * minute);
    expect(countsIn(store)).toEqual({});
    // Some is kept for what comes next.
    expect(sizeOf(store)).toBeLessThan(6 * mebibyte);
  });
});
