/** Two archivers of one name: exactly one of them gets on. */
import { expect } from "vitest";
import { batch, cursorAt, row, rows } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function racing(suite: SinkSuite): void {
  suite.concern("racing", () => {
    suite.test(
      "of two sinks that write at once for one version exactly one wins, 30 times",
      async ({ open, rows: stored }) => {
        const sinks = [await open(), await open()];
        for (let version = 0; version < 30; version++) {
          const given = rows(version * 10, version * 10 + 9);
          const outcomes = await Promise.all(
            sinks.map((sink) =>
              sink.write(batch(given, { afterVersion: version, cursor: cursorAt(version + 1) })),
            ),
          );
          expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["conflict", "written"]);
          for (const sink of sinks) {
            expect(await sink.position("archive")).toEqual({
              version: version + 1,
              cursor: cursorAt(version + 1),
            });
          }
        }
        expect(await stored()).toEqual(rows(0, 299));
      },
    );

    suite.test(
      "six sinks that each go on from the stored position leave every row once",
      async ({ open, rows: stored }) => {
        const sinks = await Promise.all(Array.from({ length: 6 }, open));
        let written = 0;
        await Promise.all(
          sinks.map(async (sink) => {
            for (;;) {
              const { version } = await sink.position("archive");
              if (version >= 60) return;
              const { outcome } = await sink.write(
                batch([row(version)], { afterVersion: version, cursor: cursorAt(version + 1) }),
              );
              if (outcome === "written") written++;
            }
          }),
        );
        expect(written).toBe(60);
        expect(await stored()).toEqual(rows(0, 59));
      },
    );
  });
}
