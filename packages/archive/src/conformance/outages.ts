/** A store that is away: every call says so with its code, and works again afterwards. */

import { expect } from "vitest";
import { collected } from "./collected.ts";
import { expectCode } from "./expect-code.ts";
import { batch, cursorAt, row, rows, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function outages(suite: SinkSuite): void {
  if (!suite.setup.outage) return;
  suite.concern("outages", () => {
    suite.test(
      "while the store is away every call rejects with ATTUNE_SINK_UNAVAILABLE, and works once it is back",
      async ({ open, cutOff, rows: stored }) => {
        const sink = await open();
        await written(sink, rows(1, 3));
        const restore = await cutOff();
        const next = batch(rows(4, 6), { afterVersion: 1, cursor: cursorAt(2) });
        await expectCode("ATTUNE_SINK_UNAVAILABLE", () => sink.write(next));
        await expectCode("ATTUNE_SINK_UNAVAILABLE", () => sink.position("archive"));
        await expectCode("ATTUNE_SINK_UNAVAILABLE", () => sink.write(next));
        await restore();
        const { version } = await sink.position("archive");
        expect(version).toBe(1);
        expect(await sink.write(next)).toEqual({ outcome: "written" });
        expect(await stored()).toEqual(rows(1, 6));
      },
    );

    suite.test(
      "a sink can be made while the store is away; its open() says so, and can be called again",
      async ({ open, make, cutOff, rows: stored }) => {
        await (await open()).close();
        const restore = await cutOff();
        const sink = await make();
        await expectCode("ATTUNE_SINK_UNAVAILABLE", () => sink.open());
        await restore();
        await sink.open();
        await written(sink, [row(1)]);
        expect(await stored()).toEqual([row(1)]);
      },
    );

    suite.test(
      "a query that cannot be asked rejects with ATTUNE_SINK_UNAVAILABLE",
      async ({ open, cutOff }) => {
        const sink = await open();
        if (!sink.query) return;
        await written(sink, rows(1, 3));
        const restore = await cutOff();
        await expectCode("ATTUNE_SINK_UNAVAILABLE", () => collected(sink.query!({})));
        await restore();
        expect(await collected(sink.query({}))).toEqual(rows(1, 3));
      },
    );

    suite.test("a sink can be closed while the store is away", async ({ open, cutOff }) => {
      const sink = await open();
      await written(sink, [row(1)]);
      await cutOff();
      await sink.close();
      await sink.close();
    });
  });
}
