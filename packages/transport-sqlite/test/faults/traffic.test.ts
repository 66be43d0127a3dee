/** Four processes write, two follow: nothing is lost or doubled, the order is kept, and nobody's event loop stands still. */
import { expect, test } from "vitest";
import { DiskWatch } from "./disk-watch.ts";
import { expectFreeLoop } from "./expect-free-loop.ts";
import { joinStore, newPlace, Program, soak } from "./fleet.ts";
import { loopInWords } from "./loop-watch.ts";
import {
  type FollowerArgument,
  type FollowerReport,
  ownStream,
  shared,
  type TrafficWriterArgument,
  type TrafficWriterReport,
} from "./traffic.ts";

const forMs = soak ? 60_000 : 3000;

test(`four processes write for ${forMs / 1000} s, two follow: nothing lost, nothing doubled, in order, no error, no loop held up`, {
  timeout: forMs + 60_000,
}, async () => {
  const { folder, url } = await newPlace();
  const names = ["a", "b", "c", "d"];
  const followers = (["all", [shared, ...names.map(ownStream)]] as const).map((eventTypes) => {
    return new Program("follows-streams.ts", { url, eventTypes } satisfies FollowerArgument);
  });
  const writers = names.map((writer) => {
    return new Program("writes-streams.ts", { url, writer, forMs } satisfies TrafficWriterArgument);
  });
  await Promise.all([...followers, ...writers].map((program) => program.hear()));
  const disk = new DiskWatch(folder);
  for (const program of writers) program.tell("go");
  const reports = await Promise.all(writers.map((program) => program.hear<TrafficWriterReport>()));
  const diskMs = await disk.stop();
  const sent = reports.flatMap((report) => Object.values(report.sent)).reduce((sum, count) => sum + count);
  for (const program of followers) program.tell(sent);
  const followed = await Promise.all(followers.map((program) => program.hear<FollowerReport>()));

  const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged, 0);
  const { transport } = await joinStore(url);
  const states = await transport.streams.states([shared, ...names.map(ownStream)]);
  const stored = states.reduce((sum, { length }) => sum + length, 0);
  for (const [index, { sent, calls, errors, repeated, loop }] of reports.entries()) {
    const outcomes = Object.entries(calls).map(
      ([kind, { calls, failed, longestMs }]) =>
        `${kind} ${calls} (failed ${failed}, longest ${longestMs.toFixed(0)} ms)`,
    );
    console.info(
      `writer ${names[index]}: sent ${JSON.stringify(sent)}; ${outcomes.join(", ")}; ${repeated.sameId} of ${repeated.calls} repeated keys gave the same id; ${loopInWords(loop)}${errors.join("; ")}`,
    );
  }
  console.info(
    `disk ${diskMs.toFixed(1)} ms; sent ${sent}, acknowledged ${acknowledged}, stored ${stored}; ${followed.map(({ received, lost, doubled, outOfOrder }, index) => `follower ${index}: received ${received}, lost ${lost}, doubled ${doubled}, out of order ${outOfOrder}`).join("; ")}`,
  );
  for (const { calls, errors, repeated, loop } of reports) {
    expect(errors).toEqual([]);
    expect(Object.values(calls).filter(({ failed }) => failed > 0)).toEqual([]);
    expect(repeated.sameId).toBe(repeated.calls);
    expect(repeated.calls).toBeGreaterThan(10);
    expectFreeLoop(loop, diskMs);
    expect(loop.ticks).toBeGreaterThan(forMs / 100);
  }
  expect([acknowledged, stored]).toEqual([sent, sent]);
  for (const { received, lost, doubled, outOfOrder, last } of followed) {
    expect({ received, lost, doubled, outOfOrder }).toEqual({
      received: sent,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
    });
    for (const [index, report] of reports.entries()) {
      const writer = names[index]!;
      const newest = [last[ownStream(writer)]?.[writer], last[shared]?.[writer]];
      expect(newest).toEqual([report.sent[ownStream(writer)], report.sent[shared]]);
    }
  }
  expect(await Promise.all([...writers, ...followers].map((program) => program.exit()))).toEqual(
    Array(6).fill(0),
  );
});
