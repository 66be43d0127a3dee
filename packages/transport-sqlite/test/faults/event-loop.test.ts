/** SQLite answers within the call: a program that only awaits operations must still come to its timers. */
import { expect, test } from "vitest";
import { DiskWatch } from "./disk-watch.ts";
import { expectFreeLoop } from "./expect-free-loop.ts";
import { joinStore, newPlace, Program } from "./fleet.ts";
import { type LoopReport, loopInWords } from "./loop-watch.ts";

test("timers fire while a program awaits one append after the other for 2 s", async () => {
  const { folder, url } = await newPlace();
  const disk = new DiskWatch(folder);
  const program = new Program("appends-in-a-loop.ts", { url });
  const { appended, loop } = await program.hear<{ appended: number; loop: LoopReport }>();
  const diskMs = await disk.stop();
  expect(await program.exit()).toBe(0);
  const { transport } = await joinStore(url);
  const [state] = await transport.streams.states(["looped"]);
  console.info(
    `sent ${appended}, stored ${state!.length}; a timer of 5 ms fired ${loop.ticks} times, ${loopInWords(loop)}; disk ${diskMs.toFixed(1)} ms`,
  );
  expect(state!.length).toBe(appended);
  expect(appended).toBeGreaterThan(100);
  expect(loop.ticks).toBeGreaterThan(20);
  expectFreeLoop(loop, diskMs);
});
