/** Opening: makes what is missing, as often as one likes, and from many at once. */
import { expect } from "vitest";
import { row, rows, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function opening(suite: SinkSuite): void {
  suite.concern("opening", () => {
    suite.test("a sink opened twice is opened", async ({ open, rows: stored }) => {
      const sink = await open();
      await sink.open();
      await written(sink, [row(1)]);
      await sink.open();
      expect(await stored()).toEqual([row(1)]);
    });

    suite.test("eight sinks can open one new store at once", async ({ make, rows: stored }) => {
      const sinks = await Promise.all(Array.from({ length: 8 }, make));
      await Promise.all(sinks.map((sink) => sink.open()));
      for (const [index, sink] of sinks.entries()) await written(sink, [row(index)], `archive ${index}`);
      expect(await stored()).toEqual(rows(0, 7));
    });

    suite.test("what was stored is there for who opens it later", async ({ open, rows: stored }) => {
      const first = await open();
      await written(first, rows(1, 3));
      await first.close();
      const second = await open();
      expect(await second.position("archive")).toMatchObject({ version: 1 });
      await written(second, rows(4, 5));
      expect(await stored()).toEqual(rows(1, 5));
    });

    suite.test("it says what it is", async ({ open }) => {
      const sink = await open();
      expect(sink.kind).toMatch(/^[a-z]+$/);
      expect(sink.location).toMatch(/\S/);
      expect(["transaction", "idempotent"]).toContain(sink.atomicity);
    });
  });
}
