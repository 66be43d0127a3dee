/** Searches that take long come one after the other; and those beyond that are told to come back. */
import { expect, it } from "vitest";
import { Searches } from "../../src/server/history/searches.ts";

it("looks for so many at once, in the order in which they came; more than may wait are refused", async () => {
  const searches = new Searches({ atOnce: 2, waiting: 3 });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const outcomes = [0, 1, 2, 3, 4, 5].map((n) =>
    searches
      .run(async () => {
        begun.push(n);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (n === 1) throw new Error("it failed");
        return n;
      })
      .catch((error: Error & { code?: string }) => error.code ?? error.message),
  );
  expect(begun).toEqual([0, 1]);
  expect(await outcomes[5]).toBe("TOO_MANY_REQUESTS");
  for (let end = 0; end < 5; end++) {
    ends[end]!();
    await Promise.all(outcomes.slice(0, end + 1));
    expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, end + 3));
  }
  expect(await Promise.all(outcomes)).toEqual([0, "it failed", 2, 3, 4, "TOO_MANY_REQUESTS"]);
  const later = searches.run(async () => "there is room again");
  expect(await later).toBe("there is room again");
});
