import { expect, it } from "vitest";
import { inRounds } from "../src/in-rounds.ts";

it.each([undefined, 20])(
  "asks for 50 at once, or as many as it is told, and answers in the order of the items",
  async (perRound) => {
    let asked = 0;
    let most = 0;
    const items = Array.from({ length: 120 }, (_, index) => index);
    const answers = await inRounds(
      items,
      async (item) => {
        most = Math.max(most, ++asked);
        await new Promise((resolve) => setImmediate(resolve));
        asked -= 1;
        return item * 2;
      },
      perRound,
    );
    expect(answers).toEqual(items.map((item) => item * 2));
    expect(most).toBe(perRound ?? 50);
    expect(await inRounds([], async () => 1)).toEqual([]);
  },
);
