import { expect, it } from "vitest";
import { newestOf } from "../../src/store/newest-of.ts";

async function* numbers(to: number) {
  for (let n = 1; n <= to; n++) yield n;
}

it("keeps the last so many, in their order", async () => {
  expect(await newestOf(numbers(0), 3)).toEqual([]);
  expect(await newestOf(numbers(2), 3)).toEqual([1, 2]);
  for (const to of [3, 5, 6, 7, 100]) expect(await newestOf(numbers(to), 3)).toEqual([to - 2, to - 1, to]);
});
