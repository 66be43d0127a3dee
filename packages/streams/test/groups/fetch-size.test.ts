import { describe, expect, it } from "vitest";
import { FetchSize } from "../../src/groups/fetch-size.ts";

/** What a consumer asks for that works off `count` entries in `ms` milliseconds, fetch after fetch. */
function sizesOf(fetches: number, msPerEntry: number, size = new FetchSize(1, 1000)): number[] {
  let now = 0;
  const sizes: number[] = [];
  for (let fetch = 0; fetch < fetches; fetch++) {
    const wanted = size.wanted(0, 1, now);
    sizes.push(wanted);
    size.fetched(wanted, wanted, now);
    now += wanted * msPerEntry;
  }
  return sizes;
}

describe("how many entries are fetched at a time", () => {
  it("grows for handlers that are quick, up to the limit", () => {
    expect(sizesOf(7, 0.01)).toEqual([1, 4, 16, 64, 256, 1000, 1000]);
  });

  it("stays at what there are hands for while handlers are slow", () => {
    expect(sizesOf(5, 300)).toEqual([1, 1, 1, 1, 1]);
    const many = new FetchSize(8, 1000);
    expect(many.wanted(0, 8, 0)).toBe(8);
    many.fetched(8, 8, 0);
    // Three are idle again, and nothing is waiting: three, and not one more.
    expect(many.wanted(0, 0, 5)).toBe(0);
    expect(many.wanted(0, 3, 5000)).toBe(3);
  });

  it("does not take several slow hands, that end one after the other, for quick ones", () => {
    const size = new FetchSize(4, 1000);
    size.fetched(4, 4, 0);
    let most = 0;
    // Each takes 300 ms; one of them is idle every 75 ms, and takes what is there, or waits for it.
    for (let now = 300, waiting = 0; now < 30_000; now += 75) {
      const wanted = size.wanted(waiting, waiting === 0 ? 1 : 0, now);
      if (wanted > 0) size.fetched(wanted, wanted, now);
      waiting += wanted - 1;
      most = Math.max(most, waiting);
    }
    expect(most).toBeLessThanOrEqual(1);
  });

  it("shrinks when quick handlers become slow", () => {
    const size = new FetchSize(1, 1000);
    expect(sizesOf(6, 0.01, size).at(-1)).toBe(1000);
    const slower: number[] = [];
    let now = 10_000;
    for (let fetch = 0; fetch < 12; fetch++) {
      const wanted = size.wanted(0, 1, now);
      slower.push(wanted);
      size.fetched(wanted, wanted, now);
      now += wanted * 300;
    }
    expect(slower.at(-1)).toBe(1);
  });

  it("is a page ahead for quick handlers, and no further", () => {
    const size = new FetchSize(1, 1000);
    sizesOf(6, 0.01, size);
    expect(size.wanted(1001, 1, 20)).toBe(0);
    expect(size.wanted(1000, 0, 20)).toBe(1000);
  });

  it("begins anew after nobody took anything for long", () => {
    const size = new FetchSize(2, 1000);
    sizesOf(6, 0.01, size);
    size.stuck();
    expect(size.wanted(0, 0, 1000)).toBe(0);
    expect(size.wanted(0, 2, 1000)).toBe(2);
  });
});
