/** Rows that a store cannot hold: it says which and why, and nothing of their batch stays. */
import { expect } from "vitest";
import type { OddRow } from "./odd-rows.ts";
import { oddRows } from "./odd-rows.ts";
import { batch, row, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function refusals(suite: SinkSuite): void {
  const names: readonly OddRow[] = suite.setup.refuses ?? [];
  if (names.length === 0) return;
  suite.concern("refusals", () => {
    for (const name of names) {
      suite.test(
        `${name}: is refused with a reason, nothing stays behind, and the others can be written`,
        async ({ open, rows: stored }) => {
          const sink = await open();
          const outcome = await sink.write(batch([row(100), oddRows[name], row(101)]));
          expect(outcome).toEqual({
            outcome: "refused",
            refusals: [{ index: 1, reason: expect.stringMatching(/\S/) }],
          });
          expect(await sink.position("archive")).toEqual({ version: 0, cursor: null });
          await written(sink, [row(100), row(101)]);
          expect(await stored()).toEqual([row(100), row(101)]);
        },
      );
    }

    suite.test("all refused rows of a batch are found, in the end", async ({ open, rows: stored }) => {
      const sink = await open();
      let left = [
        row(200),
        ...names.map((name) => oddRows[name]),
        row(201),
        ...names.map((name) => oddRows[name]),
      ];
      let refused = 0;
      for (;;) {
        const outcome = await sink.write(batch(left));
        if (outcome.outcome === "written") break;
        if (outcome.outcome === "conflict")
          throw new Error("A batch with refusals must not move the position.");
        expect(outcome.refusals.length).toBeGreaterThan(0);
        const indexes = new Set(outcome.refusals.map(({ index }) => index));
        expect(indexes.size).toBe(outcome.refusals.length);
        refused += indexes.size;
        left = left.filter((_, index) => !indexes.has(index));
      }
      expect(refused).toBe(names.length * 2);
      expect(await stored()).toEqual([row(200), row(201)]);
    });
  });
}
