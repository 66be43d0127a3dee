import { expect, it } from "vitest";
import { blockOf, compacted, type QualityBlock } from "../src/quality-blocks.ts";

const day = 86_400_000;

it("up to 1024 ratings each has a block of its own", () => {
  const blocks = Array.from({ length: 1024 }, (_, at) => blockOf(0.5, at));
  expect(compacted(blocks)).toEqual(blocks);
  expect(compacted([...blocks, blockOf(0.5, 1024)]).length).toBeLessThan(900);
});

it("joined blocks are small in number and in time, also where a rush is followed by a trickle", () => {
  let blocks: readonly QualityBlock[] = [];
  const total = 103_000;
  let sum = 0;
  for (let n = 0; n < total; n++) {
    // A hundred thousand in a minute, then 3000 in 7 days.
    const at = n < 100_000 ? (n * 60_000) / 100_000 : 60_000 + ((n - 100_000) * 7 * day) / 3000;
    const score = (n % 11) / 10;
    sum += score;
    blocks = compacted([...blocks, blockOf(score, at)]);
  }
  expect(blocks.length).toBeLessThanOrEqual(1024);
  expect(blocks.reduce((n, block) => n + block.n, 0)).toBe(total);
  expect(blocks.reduce((all, block) => all + block.sum, 0)).toBeCloseTo(sum, 6);
  for (const [index, { n, from, to }] of blocks.entries()) {
    expect(n).toBeLessThanOrEqual(Math.ceil(total / 200));
    expect(to - from).toBeLessThanOrEqual((7 * day + 60_000) / 200);
    expect(from).toBeGreaterThanOrEqual(blocks[index - 1]?.to ?? 0);
  }
});
