/** Closing: safe to repeat, and nothing stays open that would keep the process alive. */

import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { collected } from "./collected.ts";
import { expectCode } from "./expect-code.ts";
import { batch, row, written } from "./rows.ts";
import type { SinkSuite } from "./suite.ts";

export function closing(suite: SinkSuite): void {
  suite.concern("closing", () => {
    suite.test("closing twice, and one that was never opened, is fine", async ({ open, make }) => {
      const sink = await open();
      await written(sink, [row(1)]);
      await Promise.all([sink.close(), sink.close()]);
      await sink.close();
      await sink[Symbol.asyncDispose]();
      const never = await make();
      await never.close();
      await never.close();
    });

    suite.test("a closed sink rejects with ATTUNE_SINK_REFUSED", async ({ open }) => {
      const sink = await open();
      await written(sink, [row(1)]);
      await sink.close();
      await expectCode("ATTUNE_SINK_REFUSED", () => sink.position("archive"));
      await expectCode("ATTUNE_SINK_REFUSED", () => sink.write(batch([row(2)], { afterVersion: 1 })));
      await expectCode("ATTUNE_SINK_REFUSED", () => sink.open());
      if (sink.query) await expectCode("ATTUNE_SINK_REFUSED", () => collected(sink.query!({})));
    });

    suite.test("a closed sink leaves nothing open", async ({ open }) => {
      await (await open()).close();
      const before = await settled();
      const sink = await open();
      await written(sink, [row(1)]);
      if (sink.query) {
        for await (const _ of sink.query({})) break;
      }
      await sink.close();
      const endsAt = performance.now() + 5000;
      while (left(before).length > 0 && performance.now() < endsAt) await pause(5);
      expect(left(before)).toEqual([]);
    });
  });
}

/** What keeps this process alive, but for immediates: the next turn of the event loop ends them. */
function activeResources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== "Immediate");
}

/** Once everything that is just closing has gone. */
async function settled(): Promise<string[]> {
  const samples: string[] = [];
  while (samples.length < 10 || new Set(samples.slice(-10)).size > 1) {
    samples.push(activeResources().sort().join());
    await pause(2);
  }
  return activeResources();
}

function left(before: readonly string[]): string[] {
  const now = activeResources();
  for (const kind of before) {
    const index = now.indexOf(kind);
    if (index >= 0) now.splice(index, 1);
  }
  return now;
}
