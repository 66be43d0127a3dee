import type { StreamState, StreamStore } from "@attune/transport";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventRate } from "../../src/top/event-rate.ts";

type Standing = Pick<StreamState, "added" | "lastId">;

/** Streams that stand where the test says. */
class Standings {
  streams: Record<string, Standing> = {};

  rate(): EventRate {
    const list = async () => Object.keys(this.streams);
    const states = async (types: readonly string[]) =>
      types.map((eventType) => ({ eventType, ...this.streams[eventType]! }) as StreamState);
    return new EventRate({ list, states } as Partial<StreamStore> as StreamStore);
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

describe("EventRate", () => {
  it("tells the events of all types a second since it was last asked", async () => {
    const store = new Standings();
    store.streams = { a: { added: 100, lastId: "1-0" }, b: { added: 7, lastId: "2-0" } };
    const rate = store.rate();
    expect(await rate.measure()).toBeNull();
    vi.advanceTimersByTime(2000);
    store.streams = { a: { added: 110, lastId: "3-0" }, b: { added: 9, lastId: "4-0" } };
    expect(await rate.measure()).toBe(6);
    vi.advanceTimersByTime(500);
    expect(await rate.measure()).toBe(0);
  });

  it("counts a stream that came into being, and one that was deleted and begun anew, from its beginning", async () => {
    const store = new Standings();
    store.streams = { old: { added: 100, lastId: "1-0" }, gone: { added: 5, lastId: "1-0" } };
    const rate = store.rate();
    await rate.measure();
    vi.advanceTimersByTime(1000);
    store.streams = { old: { added: 3, lastId: "9-0" }, fresh: { added: 4, lastId: "9-1" } };
    expect(await rate.measure()).toBe(7);
  });

  it("is not known where the store does not count, but 0 where nothing came", async () => {
    const store = new Standings();
    store.streams = { a: { added: null, lastId: "1-0" } };
    const rate = store.rate();
    await rate.measure();
    vi.advanceTimersByTime(1000);
    expect(await rate.measure()).toBe(0);
    vi.advanceTimersByTime(1000);
    store.streams = { a: { added: null, lastId: "2-0" } };
    expect(await rate.measure()).toBeNull();
  });

  it("is not known of no time at all, nor after it was told to forget", async () => {
    const store = new Standings();
    const rate = store.rate();
    await rate.measure();
    expect(await rate.measure()).toBeNull();
    vi.advanceTimersByTime(1000);
    rate.forget();
    expect(await rate.measure()).toBeNull();
    vi.advanceTimersByTime(1000);
    expect(await rate.measure()).toBe(0);
  });
});
